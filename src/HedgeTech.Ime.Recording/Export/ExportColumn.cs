namespace HedgeTech.Ime.Recording.Export;

/// <summary>The type of a column, which each file format writes in its own way.</summary>
internal enum ExportType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A moment, to the microsecond.</summary>
    Moment,

    /// <summary>A Gregorian date.</summary>
    Date,

    /// <summary>A time of the day.</summary>
    Time,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A price.</summary>
    Price,

    /// <summary>Yes or no.</summary>
    Flag,
}

/// <summary>How the values of a column follow one another, by which a file can store them in fewer bytes.</summary>
internal enum ExportCourse
{
    /// <summary>Many rows have the same value.</summary>
    Repeats,

    /// <summary>A value is a little larger than the one before.</summary>
    Grows,

    /// <summary>Values are close to each other, but seldom the same.</summary>
    Scatters,
}

/// <summary>A column of an export.</summary>
/// <param name="Name">The name: that of the wire where the wire has one.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="IsNullable">Whether a row may lack the value.</param>
/// <param name="Course">How its values follow one another.</param>
internal readonly record struct ExportColumn(string Name, ExportType Type, bool IsNullable = true, ExportCourse Course = ExportCourse.Repeats);
