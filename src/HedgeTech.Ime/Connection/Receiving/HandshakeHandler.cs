using System.Net;

namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>Sends one handshake through the client's handlers, and puts a <see cref="FrameStream"/> under the WebSocket that results.</summary>
/// <param name="http">Not owned.</param>
internal sealed class HandshakeHandler(HttpMessageInvoker http) : HttpMessageHandler
{
    /// <summary>The stream under the WebSocket; null until the service has accepted.</summary>
    internal FrameStream? Stream { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            try
            {
                Stream = new FrameStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
                response.Content = new UpgradedContent(response.Content, Stream);
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }

        return response;
    }

    /// <summary>The answer to a handshake has no content. The platform takes the stream of the connection from it.</summary>
    private sealed class UpgradedContent(HttpContent inner, FrameStream stream) : HttpContent
    {
        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => stream;

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
