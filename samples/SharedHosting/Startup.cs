using HedgeTech.Ime;

namespace Samples;

/// <summary>The check of a sample before it starts its host.</summary>
internal static class Startup
{
    /// <summary>Logs in once, so that a wrong password ends the program immediately with a one-sentence error. The feed uses the same token.</summary>
    /// <exception cref="ImeAuthenticationException">The service refused the account. If the service cannot be reached, the host starts anyway, and the feed keeps trying.</exception>
    public static async Task CheckAccountAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<ImeClient>().GetAccessTokenAsync(cancellationToken);
        }
        catch (ImeException error) when (error.IsTransient)
        {
            Console.Error.WriteLine($"{error.Message} Starting anyway.");
        }
    }
}
