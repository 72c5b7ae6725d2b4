using System.Net;
using HedgeTech.Ime.Testing.Handshake;
using HedgeTech.Ime.Testing.Login;
using Microsoft.AspNetCore.Http;

namespace HedgeTech.Ime.Testing.Server;

/// <summary>Passes each request to the login or the handshake, and answers the rest as the service does.</summary>
internal sealed class RequestRouter(ImeSimulatorOptions options, LoginEndpoint login, HandshakeEndpoint handshake)
{
    public Task AnswerAsync(HttpContext context)
    {
        bool isWebSocket = HandshakeEndpoint.IsWebSocket(context);
        string path = context.Request.Path.Value ?? "";
        string target = RequestReading.Target(context);

        // The line consists of the method, the target and the version, separated by spaces: "GET … HTTP/1.1".
        if (context.Request.Method.Length + target.Length + " ".Length + " HTTP/1.1".Length > options.MaxRequestLineBytes)
        {
            return isWebSocket
                ? handshake.RefuseAsync(context, HttpStatusCode.BadRequest, "The request line is too long", "Invalid HTTP request received.")
                : Response.WriteAsync(context, HttpStatusCode.BadRequest, "Invalid HTTP request received.");
        }

        if (path == options.Spelling.TokenPath && !isWebSocket)
        {
            return login.AnswerAsync(context);
        }

        bool isStream = path == options.Spelling.NamePath || path == options.Spelling.IdPath;
        return (isWebSocket, isStream) switch
        {
            (true, true) => handshake.AnswerAsync(context),
            (true, false) => handshake.RefuseAsync(context, HttpStatusCode.Forbidden, "The path is unknown"),
            _ => Response.WriteAsync(context, HttpStatusCode.NotFound, """{"detail":"Not Found"}"""),
        };
    }
}
