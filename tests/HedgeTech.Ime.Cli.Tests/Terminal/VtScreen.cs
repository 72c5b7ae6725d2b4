using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>
/// The content of a terminal after a program has written to it: two screens, a cursor, wide and combining letters. This class knows the sequences of ECMA-48 and
/// xterm that move, erase, insert, delete, scroll and switch screens, and ignores colors. An unknown sequence fails the test that reads the screen.
/// Thread-safe.
/// </summary>
internal sealed class VtScreen
{
    private readonly Lock _gate = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _sequence = new();
    private readonly List<string> _unknown = [];
    private readonly Action<string> _answer;
    private Place _place = Place.Text;
    private char _highSurrogate;
    private VtGrid _main;
    private VtGrid _alternate;
    private bool _isAlternate;
    private string? _held;
    private bool _showsCursor = true;
    private bool _sendsApplicationKeys;

    /// <param name="width">The width in columns.</param>
    /// <param name="height">The height in rows.</param>
    /// <param name="answer">Called with the answers of the terminal to queries of the program.</param>
    public VtScreen(int width, int height, Action<string> answer)
    {
        (_main, _alternate) = (new VtGrid(width, height), new VtGrid(width, height));
        _answer = answer;
    }

    private enum Place
    {
        Text,
        Escape,
        Charset,
        Control,
        Command,
        CommandEscape,
    }

    /// <summary>The screen as text, with one line for each row and without blanks at the end of a line.</summary>
    /// <exception cref="NotSupportedException">The program wrote an unknown sequence, so the text may be wrong.</exception>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return _unknown.Count == 0 ? _held ?? Grid.ToString() : throw new NotSupportedException($"The screen of the tests does not know these sequences: {string.Join(", ", _unknown)}");
            }
        }
    }

    /// <summary>Whether the terminal shows the alternate screen of the program, and not the screen of the shell.</summary>
    public bool IsAlternate
    {
        get
        {
            lock (_gate)
            {
                return _isAlternate;
            }
        }
    }

    public bool ShowsCursor
    {
        get
        {
            lock (_gate)
            {
                return _showsCursor;
            }
        }
    }

    /// <summary>Whether the arrow keys send <c>ESC O</c> rather than <c>ESC [</c>.</summary>
    public bool SendsApplicationKeys
    {
        get
        {
            lock (_gate)
            {
                return _sendsApplicationKeys;
            }
        }
    }

    private VtGrid Grid => _isAlternate ? _alternate : _main;

    public void Resize(int width, int height)
    {
        lock (_gate)
        {
            (_main, _alternate) = (_main.Resized(width, height), _alternate.Resized(width, height));
        }
    }

    public void Write(ReadOnlySpan<byte> utf8)
    {
        Span<char> letters = new char[utf8.Length + 1];
        lock (_gate)
        {
            int count = _decoder.GetChars(utf8, letters, flush: false);
            foreach (char letter in letters[..count])
            {
                Take(letter);
            }
        }
    }

    private void Take(char letter)
    {
        switch (_place)
        {
            case Place.Text:
                TakeText(letter);
                break;

            case Place.Escape:
                TakeEscape(letter);
                break;

            case Place.Charset:
                _place = Place.Text;
                break;

            case Place.Control when letter is >= '@' and <= '~':
                _place = Place.Text;
                Control(_sequence.ToString(), letter);
                break;

            case Place.Control:
                _sequence.Append(letter);
                break;

            case Place.Command when letter == '\a':
            case Place.CommandEscape:
                _place = Place.Text;
                break;

            case Place.Command when letter == '\e':
                _place = Place.CommandEscape;
                break;
        }
    }

    private void TakeText(char letter)
    {
        switch (letter)
        {
            case '\e':
                _place = Place.Escape;
                break;

            case '\r':
                Grid.Column = 0;
                break;

            case '\n' or '\v' or '\f':
                Grid.LineFeed();
                break;

            case '\b':
                Grid.Column = Math.Max(Grid.Column - 1, 0);
                break;

            case '\t':
                Grid.Column = Math.Min((Grid.Column / 8 * 8) + 8, Grid.Width - 1);
                break;

            case < ' ' or '\u007f':
                break;

            case var high when char.IsHighSurrogate(high):
                _highSurrogate = high;
                break;

            case var low when char.IsLowSurrogate(low):
                Grid.Put(Rune.IsValid(char.ConvertToUtf32(_highSurrogate, low)) ? new Rune(_highSurrogate, low) : Rune.ReplacementChar);
                break;

            default:
                Grid.Put(new Rune(letter));
                break;
        }
    }

    private void TakeEscape(char letter)
    {
        _sequence.Clear();
        _place = letter switch { '[' => Place.Control, ']' or 'P' or '_' or '^' => Place.Command, '(' or ')' => Place.Charset, _ => Place.Text };
        switch (letter)
        {
            case '7':
                Grid.Save();
                break;

            case '8':
                Grid.Restore();
                break;

            case 'D':
                Grid.LineFeed();
                break;

            case 'E':
                (Grid.Column, _) = (0, Grid.LineFeed());
                break;

            case 'M':
                Grid.ReverseLineFeed();
                break;

            case '[' or ']' or 'P' or '_' or '^' or '(' or ')' or '=' or '>' or '\\':
                break;

            default:
                _unknown.Add($"ESC {letter}");
                break;
        }
    }

    private void Control(string parameters, char final)
    {
        if (parameters.StartsWith('?') && final is 'h' or 'l')
        {
            foreach (string mode in parameters[1..].Split(';'))
            {
                Mode(mode, final == 'h');
            }

            return;
        }

        int[] numbers = [.. parameters.Split(';').Select(static text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        int first = numbers[0];
        int count = Math.Max(first, 1);
        switch (final)
        {
            case 'm' or 't': // m sets colors, t controls the window
                break;

            case 'A':
                Grid.Row = Math.Max(Grid.Row - count, 0);
                break;

            case 'B' or 'e':
                Grid.Row = Math.Min(Grid.Row + count, Grid.Height - 1);
                break;

            case 'C' or 'a':
                Grid.Column = Math.Min(Grid.Column + count, Grid.Width - 1);
                break;

            case 'D':
                Grid.Column = Math.Max(Grid.Column - count, 0);
                break;

            case 'E' or 'F':
                Grid.Row = Math.Clamp(Grid.Row + (final == 'E' ? count : -count), 0, Grid.Height - 1);
                Grid.Column = 0;
                break;

            case 'G' or '`':
                Grid.Column = Math.Min(count, Grid.Width) - 1;
                break;

            case 'd':
                Grid.Row = Math.Min(count, Grid.Height) - 1;
                break;

            case 'H' or 'f':
                Grid.Row = Math.Min(count, Grid.Height) - 1;
                Grid.Column = Math.Min(Math.Max(numbers.ElementAtOrDefault(1), 1), Grid.Width) - 1;
                break;

            case 'J' when first <= 3:
                Grid.EraseScreen(first);
                break;

            case 'K' when first <= 2:
                Grid.EraseLine(first);
                break;

            case 'X':
                Grid.Erase(Grid.Row, Grid.Column, Grid.Column + count);
                break;

            case '@':
                Grid.Shift(count);
                break;

            case 'P':
                Grid.Shift(-count);
                break;

            case 'L':
                Grid.ScrollDown(Grid.Row, count);
                break;

            case 'M':
                Grid.ScrollUp(Grid.Row, count);
                break;

            case 'S':
                Grid.ScrollUp(0, count);
                break;

            case 'T':
                Grid.ScrollDown(0, count);
                break;

            case 's' when parameters.Length == 0:
                Grid.Save();
                break;

            case 'u' when parameters.Length == 0:
                Grid.Restore();
                break;

            case 'n' when first == 6:
                _answer(string.Create(CultureInfo.InvariantCulture, $"\e[{Grid.Row + 1};{Math.Min(Grid.Column, Grid.Width - 1) + 1}R"));
                break;

            case 'c' when parameters.Length == 0 || parameters == "0":
                _answer("\e[?62c");
                break;

            default:
                _unknown.Add($"ESC [ {parameters} {final}");
                break;
        }
    }

    private void Mode(string mode, bool isOn)
    {
        switch (mode)
        {
            case "1":
                _sendsApplicationKeys = isOn;
                break;

            case "25":
                _showsCursor = isOn;
                break;

            case "1049" when isOn != _isAlternate:
                if (isOn)
                {
                    _main.Save();
                    _alternate = new VtGrid(_main.Width, _main.Height);
                }
                else
                {
                    _main.Restore();
                }

                _isAlternate = isOn;
                break;

            case "2026": // synchronized output: the terminal shows a frame as a whole
                _held = isOn ? Grid.ToString() : null;
                break;

            case "1049" or "7" or "12" or "2004": // modes without effect here: screen, wrapping, blinking, pasting
                break;

            default:
                _unknown.Add($"ESC [ ? {mode} {(isOn ? 'h' : 'l')}");
                break;
        }
    }
}
