namespace HedgeTech.Ime.Tests.Connection;

/// <summary>Ends a test that hangs. The timeout is far longer than any test takes, so it does not measure speed.</summary>
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
