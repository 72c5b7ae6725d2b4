namespace HedgeTech.Ime.Bridges;

/// <summary>A stream as an observable. Each subscription enumerates it.</summary>
internal sealed class ObservableStream<T>(IAsyncEnumerable<T> stream) : IObservable<T>
{
    public IDisposable Subscribe(IObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return new ObservableSubscription<T>(stream, observer);
    }
}
