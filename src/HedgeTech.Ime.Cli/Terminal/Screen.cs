using System.Text;
using Spectre.Console;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>
/// The alternate screen of the terminal. Shows frames without flicker, writing only what has changed, in a single write. When the process ends, unless it is
/// killed, the terminal gets its normal screen and cursor back. Not thread-safe, except for the signal handlers.
/// </summary>
internal sealed class Screen : IDisposable
{
    private const string BeginUpdate = "\e[?2026h"; // terminals that support it show the frame at once, others ignore it
    private const string EndUpdate = "\e[?2026l";

    private readonly StringWriter _pending = new() { NewLine = "\n" };
    private readonly AnsiWriter _ansi;
    private readonly Stream _output;
    private readonly Lock _gate = new();
    private readonly ScreenSignals _signals;
    private Frame? _shown;
    private bool _isOn;
    private byte[] _bytes = [];

    public Screen(Stream output, ColorSystem colors)
    {
        _output = output;
        _ansi = new AnsiWriter(_pending, new AnsiCapabilities { Ansi = true, AlternateBuffer = true, ColorSystem = colors });
        Enter();
        _signals = new ScreenSignals(Enter, Leave);
    }

    /// <summary>Shows a frame: writes what differs from the previous one, in a single write.</summary>
    /// <exception cref="IOException">The terminal is gone.</exception>
    public void Show(Frame frame)
    {
        lock (_gate)
        {
            if (!_isOn)
            {
                return;
            }

            Frame? before = _shown is { } shown && shown.Width == frame.Width && shown.Height == frame.Height ? shown : null;
            _pending.Write(BeginUpdate);
            int start = _pending.GetStringBuilder().Length;
            if (before is null)
            {
                _ansi.ResetStyle();
                _ansi.EraseInDisplay(2);
            }

            for (int row = 0; row < frame.Height; row++)
            {
                WriteRow(row, before?.Row(row) ?? [], frame.Row(row));
            }

            if (_pending.GetStringBuilder().Length == start)
            {
                _pending.GetStringBuilder().Clear();
                return;
            }

            _pending.Write(EndUpdate);
            Flush();
            _shown = frame;
        }
    }

    public void Dispose()
    {
        _signals.Dispose();
        Leave();
    }

    private void WriteRow(int row, IReadOnlyList<Frame.Span> before, IReadOnlyList<Frame.Span> now)
    {
        bool sameShape = before.Count == now.Count;
        for (int i = 0; sameShape && i < now.Count; i++)
        {
            sameShape = before[i].Column == now[i].Column && before[i].Width == now[i].Width;
        }

        if (!sameShape && before.Count > 0)
        {
            _ansi.CursorPosition(row + 1, 1);
            _ansi.EraseInLine(2);
        }

        for (int i = 0; i < now.Count; i++)
        {
            if (sameShape && before[i] == now[i])
            {
                continue;
            }

            // Each span has its own position, so columns stay aligned even if the terminal measures a name differently.
            _ansi.CursorPosition(row + 1, now[i].Column + 1);
            if (now[i].Style == default)
            {
                _pending.Write(now[i].Text);
            }
            else
            {
                _ansi.Style(now[i].Style);
                _pending.Write(now[i].Text);
                _ansi.ResetStyle();
            }
        }
    }

    private void Enter()
    {
        lock (_gate)
        {
            if (!_isOn)
            {
                _ansi.EnterAltScreen();
                _ansi.HideCursor();
                Flush();
                _shown = null;
                _isOn = true;
            }
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (_isOn)
            {
                _isOn = false;
                _pending.GetStringBuilder().Clear();
                _ansi.ResetStyle();
                _ansi.ShowCursor();
                _ansi.ExitAltScreen();
                try
                {
                    Flush();
                }
                catch (IOException)
                {
                    // The terminal is gone, so there is nothing to restore.
                }
            }
        }
    }

    private void Flush()
    {
        StringBuilder text = _pending.GetStringBuilder();
        string written = text.ToString();
        text.Clear();
        int most = Encoding.UTF8.GetMaxByteCount(written.Length);
        if (_bytes.Length < most)
        {
            _bytes = new byte[most];
        }

        int count = Encoding.UTF8.GetBytes(written, _bytes);
        _output.Write(_bytes, 0, count);
        _output.Flush();
    }
}
