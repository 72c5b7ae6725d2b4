using System.ComponentModel;
using System.Globalization;

namespace HedgeTech.Ime.Calendar;

/// <summary>Converts text to trading hours, for the binder of a configuration.</summary>
internal sealed class TradingHoursConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    /// <inheritdoc/>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? TradingHours.Parse(text) : base.ConvertFrom(context, culture, value);
}
