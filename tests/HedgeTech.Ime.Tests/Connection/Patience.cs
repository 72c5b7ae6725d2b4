namespace HedgeTech.Ime.Tests.Connection;

/// <summary>Ends a test that hangs. Far longer than anything takes, so that it says nothing about speed.</summary>
internal static class Patience
{
    public static CancellationToken Token
    {
        get
        {
            CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            source.CancelAfter(TimeSpan.FromMinutes(1));
            return source.Token;
        }
    }
}
