using Skep.Abstractions.Channels;
using Skep.Edge.Errors;
using Skep.Edge.Origins;

namespace Skep.Edge.Dispatch;

/// <summary>Hands a request to the origin of its zone, and the answer back, as if there were no worker.</summary>
internal sealed class OriginPassThrough(ISubrequestChannel channel, ZoneOrigins origins, TimeSpan timeout)
{
    /// <summary>True when there is something behind the request's host.</summary>
    public bool CanForward(KestrelFetchEvent request) => origins.Find(RequestUrl.HostName(request.Host)) is not null;

    /// <summary>Answers the request with what the origin answers, or with why it does not. Cuts the connection when the answer breaks off.</summary>
    public async Task ForwardAsync(KestrelFetchEvent request, ErrorResponses errors)
    {
        SubrequestResponse response;
        using (var limited = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted))
        {
            limited.CancelAfter(timeout);
            try
            {
                response = await channel.SendAsync(Read(request), limited.Token);
            }
            catch (OperationCanceledException) when (request.Aborted.IsCancellationRequested)
            {
                request.Abort();
                return;
            }
            catch (OperationCanceledException)
            {
                errors.WriteOriginFailure(request, ErrorDescription.OriginTimedOut, $"The origin did not answer within {timeout.TotalSeconds} s.");
                return;
            }
            catch (SubrequestException failure)
            {
                errors.WriteOriginFailure(request, OriginFailure.Describe(failure), failure.Message);
                return;
            }
        }

        await using (response)
        {
            try
            {
                await AnswerAsync(request, response);
            }
            catch (Exception broken) when (broken is IOException or SubrequestException or OperationCanceledException)
            {
                request.Abort();
            }
        }
    }

    private static Subrequest Read(KestrelFetchEvent request)
    {
        List<string> headers = new(48);
        request.CopyHeaders(headers);
        if (request.GetHeader("accept-encoding") is null)
            headers.AddRange("accept-encoding", "identity");
        Stream? body = request.WantsWebSocket ? null : request.Body;
        return new Subrequest
        {
            Method = request.Method,
            Url = request.Url,
            Headers = headers,
            HasBody = body is not null,
            BodyStream = body == Stream.Null ? null : body,
            BodyLength = request.BodyLength,
            Redirect = RedirectMode.Manual,
            Upgrade = request.WantsWebSocket ? "websocket" : null,
        };
    }

    private static async Task AnswerAsync(KestrelFetchEvent request, SubrequestResponse response)
    {
        request.SetStatus(response.Status, response.StatusText);
        List<string> headers = new(32);
        response.CopyHeaders(headers);
        for (int i = 0; i + 1 < headers.Count; i += 2)
        {
            if (response.Upgraded is null || headers[i] != "sec-websocket-accept")
                request.AddHeader(headers[i], headers[i + 1]);
        }

        if (response.Upgraded is { } origin)
        {
            await TunnelAsync(request, origin);
            return;
        }

        if (response.Body is not { } body)
        {
            request.DeclareLength();
            return;
        }

        if (response.BodyLength is { } length)
            request.SetContentLength(length);
        var writer = request.ResponseBody;
        while (true)
        {
            int count = await body.ReadAsync(writer.GetMemory(), request.Aborted);
            if (count == 0)
                return;
            writer.Advance(count);
            if ((await writer.FlushAsync(request.Aborted)).IsCompleted)
                throw new IOException("The client has gone.");
        }
    }

    private static async Task TunnelAsync(KestrelFetchEvent request, Stream origin)
    {
        await using (origin)
        {
            if (await request.AcceptWebSocketAsync() is not { } client)
                return;
            await using (client)
            {
                // The first end of one direction ends both: a WebSocket says in its frames when it is over.
                await await Task.WhenAny(client.CopyToAsync(origin, request.Aborted), origin.CopyToAsync(client, request.Aborted));
            }
        }
    }
}
