using HedgeTech.Ime;

namespace Samples;

/// <summary>What a sample with a host does before it starts.</summary>
internal static class Startup
{
    /// <summary>Logs in once, so that a wrong password ends the program at once, and in one sentence. The feed uses the same token.</summary>
    /// <exception cref="ImeAuthenticationException">The account was refused. A service that cannot be reached is no reason not to start: the feed tries on.</exception>
    public static async Task CheckAccountAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<ImeClient>().GetAccessTokenAsync(cancellationToken);
        }
        catch (ImeException error) when (error.IsTransient)
        {
            Console.Error.WriteLine($"{error.Message} Starting nevertheless.");
        }
    }
}
