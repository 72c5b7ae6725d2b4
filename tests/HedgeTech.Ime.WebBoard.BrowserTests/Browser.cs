using PuppeteerSharp;

namespace HedgeTech.Ime.WebBoard.BrowserTests;

/// <summary>One headless Chromium for all tests. The variable <c>CHROMIUM</c> names its program, and <c>PICTURES</c> the folder for screenshots.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"];
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync() => _browser = await Puppeteer.LaunchAsync(new LaunchOptions
    {
        ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
        Headless = true,
        Args = Arguments,
    });

    public async ValueTask DisposeAsync() => await _browser.DisposeAsync();

    /// <summary>Opens a page of the given size, and collects its errors.</summary>
    internal async Task<(IPage Page, List<string> Complaints)> OpenAsync(Uri address, int width, int height, bool isDark = false, bool isPhone = false)
    {
        IPage page = await _browser.NewPageAsync();
        List<string> complaints = [];
        page.Console += (_, said) =>
        {
            if (said.Message.Type is ConsoleType.Error or ConsoleType.Warning)
            {
                complaints.Add(said.Message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error.Message);
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = height, IsMobile = isPhone, HasTouch = isPhone, DeviceScaleFactor = isPhone ? 2 : 1 });
        await page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = isDark ? "dark" : "light" }]);
        await page.GoToAsync(address.AbsoluteUri);
        return (page, complaints);
    }

    /// <summary>Saves a screenshot of the page if <c>PICTURES</c> is set.</summary>
    internal static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("PICTURES") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(Path.Combine(folder, $"{name}.png"));
        }
    }
}
