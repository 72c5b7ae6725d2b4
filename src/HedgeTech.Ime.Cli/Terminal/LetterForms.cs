using System.Text;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Replaces Arabic and Persian letters by the presentation forms for their positions in a word, for terminals that do not join letters.</summary>
internal static class LetterForms
{
    private const char Tatweel = '\u0640';

    /// <summary>Each letter, with the first of its presentation forms (in Unicode: isolated, final, initial, medial) and their number.</summary>
    private static readonly Dictionary<char, (char Alone, int Forms)> Letters = new()
    {
        ['ء'] = ('\ufe80', 1),
        ['آ'] = ('\ufe81', 2),
        ['أ'] = ('\ufe83', 2),
        ['ؤ'] = ('\ufe85', 2),
        ['إ'] = ('\ufe87', 2),
        ['ئ'] = ('\ufe89', 4),
        ['ا'] = ('\ufe8d', 2),
        ['ب'] = ('\ufe8f', 4),
        ['ة'] = ('\ufe93', 2),
        ['ت'] = ('\ufe95', 4),
        ['ث'] = ('\ufe99', 4),
        ['ج'] = ('\ufe9d', 4),
        ['ح'] = ('\ufea1', 4),
        ['خ'] = ('\ufea5', 4),
        ['د'] = ('\ufea9', 2),
        ['ذ'] = ('\ufeab', 2),
        ['ر'] = ('\ufead', 2),
        ['ز'] = ('\ufeaf', 2),
        ['س'] = ('\ufeb1', 4),
        ['ش'] = ('\ufeb5', 4),
        ['ص'] = ('\ufeb9', 4),
        ['ض'] = ('\ufebd', 4),
        ['ط'] = ('\ufec1', 4),
        ['ظ'] = ('\ufec5', 4),
        ['ع'] = ('\ufec9', 4),
        ['غ'] = ('\ufecd', 4),
        ['ف'] = ('\ufed1', 4),
        ['ق'] = ('\ufed5', 4),
        ['ك'] = ('\ufed9', 4),
        ['ل'] = ('\ufedd', 4),
        ['م'] = ('\ufee1', 4),
        ['ن'] = ('\ufee5', 4),
        ['ه'] = ('\ufee9', 4),
        ['و'] = ('\ufeed', 2),
        ['ى'] = ('\ufeef', 2),
        ['ي'] = ('\ufef1', 4),
        ['پ'] = ('\ufb56', 4),
        ['چ'] = ('\ufb7a', 4),
        ['ژ'] = ('\ufb8a', 2),
        ['ک'] = ('\ufb8e', 4),
        ['گ'] = ('\ufb92', 4),
        ['ی'] = ('\ufbfc', 4),
    };

    /// <summary>Returns the text with each letter in its form. Other characters stay, and joiners are removed once they have had their effect.</summary>
    public static string Join(string text)
    {
        StringBuilder joined = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is '\u200c' or '\u200d')
            {
                continue;
            }

            bool before = i > 0 && JoinsForward(Neighbour(text, i, -1)) && JoinsBackward(text[i]);
            bool behind = JoinsForward(text[i]) && JoinsBackward(Neighbour(text, i, 1));
            joined.Append(Letters.TryGetValue(text[i], out (char Alone, int Forms) letter) ? (char)(letter.Alone + (before ? 1 : 0) + (behind ? 2 : 0)) : text[i]);
        }

        return joined.ToString();
    }

    // Marks belong to a letter and do not separate it from the next.
    private static char Neighbour(string text, int index, int step)
    {
        do
        {
            index += step;
        }
        while (index >= 0 && index < text.Length && char.GetUnicodeCategory(text[index]) == System.Globalization.UnicodeCategory.NonSpacingMark);

        return index >= 0 && index < text.Length ? text[index] : ' ';
    }

    private static bool JoinsForward(char letter) => letter is Tatweel or '\u200d' || (Letters.TryGetValue(letter, out (char, int Forms) known) && known.Forms == 4);

    private static bool JoinsBackward(char letter) => letter is Tatweel or '\u200d' || (Letters.TryGetValue(letter, out (char, int Forms) known) && known.Forms >= 2);
}
