namespace WebBoard;

/// <summary>The contracts that are shown by default: some by code, some by Persian name.</summary>
internal static class Defaults
{
    public static readonly string[] Contracts =
    [
        "SAFAB03",
        "قرارداد آتی زعفران نگین تحویل دی ماه 1403",
        "قرارداد آتی زعفران نگین تحویل اسفند ماه 1403",
        "ETCDY03",
        "قرارداد آتی صندوق طلای لوتوس تحویل فروردین ماه 1404",
        "KBAZ03",
        "قرارداد آتی صندوق طلای کهربا تحویل شهریور ماه 1404",
        "GB30AB03",
        "قرارداد آتی شمش طلای خام 995 تحویل بهمن ماه 1403",
        "SILBA00",
        "GCOR01C11000",
        "گواهی سپرده پیوسته شمش طلای +995",
    ];
}
