namespace HedgeTech.Ime.Cli.Watch;

/// <summary>Small charts made of characters.</summary>
internal static class Drawings
{
    private const string Heights = "▁▂▃▄▅▆▇█";
    private const string Eighths = "▏▎▍▌▋▊▉█";

    /// <summary>Returns the newest prices as a row of bars, scaled from the lowest to the highest, with leading spaces if there are fewer than the width.</summary>
    public static string Sparkline(ReadOnlySpan<double> prices, int width)
    {
        ReadOnlySpan<double> shown = prices.Length > width ? prices[^width..] : prices;
        Span<char> line = stackalloc char[width];
        line.Fill(' ');
        if (shown.Length > 0)
        {
            (double lowest, double highest) = (shown[0], shown[0]);
            foreach (double price in shown)
            {
                lowest = Math.Min(lowest, price);
                highest = Math.Max(highest, price);
            }

            for (int i = 0; i < shown.Length; i++)
            {
                double height = highest > lowest ? (shown[i] - lowest) / (highest - lowest) : 0.4;
                line[width - shown.Length + i] = Heights[(int)Math.Round(height * (Heights.Length - 1))];
            }
        }

        return new string(line);
    }

    /// <summary>Returns one bar for a quantity in proportion to the largest; a space for none.</summary>
    public static char Height(long quantity, long greatest) =>
        quantity <= 0 || greatest <= 0 ? ' ' : Heights[(int)Math.Round((double)quantity / greatest * (Heights.Length - 1))];

    /// <summary>A bar that lies, as long as a share of the width.</summary>
    public static string Length(double share, int width)
    {
        int eighths = (int)Math.Round(Math.Clamp(share, 0, 1) * width * 8);
        string bar = new('█', eighths / 8);
        return (eighths % 8 > 0 ? bar + Eighths[(eighths % 8) - 1] : bar).PadRight(width);
    }

    /// <summary>Returns the position of a price between two limits; an arrow if it is outside them.</summary>
    public static string Place(decimal price, decimal minimum, decimal maximum, int width)
    {
        Span<char> line = stackalloc char[width];
        line.Fill('─');
        if (price < minimum)
        {
            line[0] = '◂';
        }
        else if (price > maximum)
        {
            line[^1] = '▸';
        }
        else
        {
            double room = (double)maximum - (double)minimum; // as doubles, which do not overflow
            double share = room > 0 ? ((double)price - (double)minimum) / room : 0.5;
            line[(int)Math.Round(share * (width - 1))] = '●';
        }

        return new string(line);
    }
}
