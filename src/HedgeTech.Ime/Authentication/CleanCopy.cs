using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.ExceptionServices;
using System.Security.Authentication;

namespace HedgeTech.Ime.Authentication;

/// <summary>Copies an exception of the platform with its facts (type, status, error code, stack) and with secrets removed from its text.</summary>
internal static class CleanCopy
{
    /// <summary>Copies the exception. The copy of an exception of an unknown type names that type in its message.</summary>
    internal static Exception Of(Exception exception, Redactor redactor)
    {
        string text = redactor.Clean(TextOf(exception)) ?? "";
        Exception? inner = exception.InnerException is { } cause ? redactor.Clean(cause) : null;
        Exception copy = exception switch
        {
            HttpRequestException http => new HttpRequestException(http.HttpRequestError, text, inner, http.StatusCode),
            HttpIOException http => new HttpIOException(http.HttpRequestError, text, inner),
            WebSocketException socket => new WebSocketException(socket.WebSocketErrorCode, text, inner),
            SocketException socket => new SocketException((int)socket.SocketErrorCode, text),
            AuthenticationException => new AuthenticationException(text, inner),
            TaskCanceledException => new TaskCanceledException(text, inner),
            OperationCanceledException => new OperationCanceledException(text, inner),
            TimeoutException => new TimeoutException(text, inner),
            IOException => new IOException(text, inner),
            ObjectDisposedException => new ObjectDisposedException(text, inner),
            InvalidOperationException => new InvalidOperationException(text, inner),
            AggregateException several => new AggregateException(several.InnerExceptions.Select(one => redactor.Clean(one))),
            _ => new ForeignException($"{exception.GetType().Name}: {text}", inner),
        };
        return exception.StackTrace is { } stack ? ExceptionDispatchInfo.SetRemoteStackTrace(copy, stack) : copy;
    }

    // HttpIOException appends the error to its message, and the copy would append it a second time.
    private static string TextOf(Exception exception)
    {
        string suffix = exception is HttpIOException http ? $" ({http.HttpRequestError})" : "";
        return suffix.Length > 0 && exception.Message.EndsWith(suffix, StringComparison.Ordinal) ? exception.Message[..^suffix.Length] : exception.Message;
    }

    private sealed class ForeignException(string message, Exception? inner) : Exception(message, inner);
}
