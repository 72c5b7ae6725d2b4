using System.Net.ServerSentEvents;
using System.Text.Json;

namespace HedgeTech.Ime.Samples.Tests;

/// <summary>Reads the stream of the web board as a browser does, without showing a page.</summary>
internal sealed class BoardClient : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly Stream _stream;
    private readonly IAsyncEnumerator<SseItem<string>> _updates;

    private BoardClient(HttpClient http, Stream stream, CancellationToken cancellationToken)
    {
        _http = http;
        _stream = stream;
        _updates = SseParser.Create(stream).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    public static async Task<BoardClient> OpenAsync(Uri board, CancellationToken cancellationToken)
    {
        HttpClient http = new() { BaseAddress = board };
        return new BoardClient(http, await http.GetStreamAsync(new Uri("board/stream", UriKind.Relative), cancellationToken), cancellationToken);
    }

    /// <summary>Reads until an update meets the condition.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> condition)
    {
        while (await _updates.MoveNextAsync())
        {
            _updates.Current.EventType.Should().Be("update");
            JsonElement update = JsonElement.Parse(_updates.Current.Data);
            if (condition(update))
            {
                return update;
            }
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    /// <summary>Waits for the end of the stream, and ignores the updates before it.</summary>
    public async Task EndAsync()
    {
        while (await _updates.MoveNextAsync())
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _updates.DisposeAsync();
        await _stream.DisposeAsync();
        _http.Dispose();
    }
}
