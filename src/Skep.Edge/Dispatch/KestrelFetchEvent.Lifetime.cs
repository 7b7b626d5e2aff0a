using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Edge.Observability;
using Skep.Edge.Transport;

namespace Skep.Edge.Dispatch;

// From the request's arrival to its end: reset, refusal, hand-over, completion.
internal sealed partial class KestrelFetchEvent : IThreadPoolWorkItem
{
    private const int Running = 0;
    private const int Awaited = 1;
    private const int Ended = 2;

    private int _state;
    private AsyncTaskMethodBuilder _completion;
    private long _arrived;
    private IWorker? _worker;
    private Activity? _span;

    public override ActivityContext Span => _span?.Context ?? default;

    /// <summary>Takes the next request. False when its Host or target cannot be made a URL.</summary>
    public bool TryBegin()
    {
        _headers = _request.Headers;
        _rayId = null;
        _requestBody = null;
        _worker = null;
        _state = Running;
        _completion = default;
        _chunkedOrSized = false;
        _declaredLength = null;
        _sizedLength = -1;
        if (_counting is not null)
            _counting.Written = 0;
        if (application.Options.Log is not null)
            _arrived = Stopwatch.GetTimestamp();

        // Kestrel hands out the same string objects while a connection repeats itself, so these comparisons are mostly of references.
        string target = _request.RawTarget;
        StringValues hosts = _headers.Host;
        string host = hosts.Count == 1 ? hosts[0]! : "";
        if (host.Length == 0)
            host = LocalHost();
        if (target != _rawTarget)
        {
            _rawTarget = target;
            PathAndQuery = RequestUrl.PathAndQuery(target);
            _url = null;
        }

        if (application.HasTrustedProxies)
            ReadForwarded();
        if (host != _host)
        {
            _host = host;
            _hostIsValid = RequestUrl.IsValidHost(host);
            _url = null;
        }

        return _hostIsValid && PathAndQuery is not null && !HasTwoLengths;
    }

    // Kestrel goes by the chunks and puts the length aside; the server before us may have gone by the length, or know of no chunks
    // (https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
    private bool HasTwoLengths =>
        _headers.TransferEncoding.Count > 0 && (_headers.ContainsKey("X-Content-Length") || _request.Protocol == HttpProtocol.Http10);

    /// <summary>The version that handles it, once one does.</summary>
    public WorkerVersion? HandlingVersion => _worker?.Version;

    /// <summary>Hands the event over and gives Kestrel the task it waits for; a finished one when the worker answered inline.</summary>
    public Task Dispatch(IWorker worker)
    {
        _worker = worker;
        if (Spans.AreWanted)
            _span = Spans.BeginRequest(this, worker, application.Options.AcceptTraceContext);
        worker.Fetch(this);
        return Volatile.Read(ref _state) == Ended ? Task.CompletedTask : Completion();
    }

    /// <summary>Ends a request that no worker sees. The caller has written the response.</summary>
    public void EndWithoutWorker()
    {
        if (application.Options.Log is { } log)
        {
            TimeSpan wall = Stopwatch.GetElapsedTime(_arrived);
            log.Completed(new RequestLogEntry(Method, _host, _rawTarget, _response.StatusCode, TimeSpan.Zero, wall, null, null, null, this));
        }
    }

    public override void Complete(in InvocationSummary summary)
    {
        DeclareLength();
        Log(summary, _response.StatusCode, summary.Error);
        End();
    }

    public override void Fail(WorkerError error, bool passThrough, in InvocationSummary summary)
    {
        if (summary.Outcome == InvocationOutcome.Canceled || _response.HasStarted)
        {
            // Nobody is there, or the status is already on its way: all that is left is not to pretend that the response is whole.
            int status = summary.Outcome == InvocationOutcome.Canceled ? 499 : _response.StatusCode;
            _lifetime.Abort();
            Log(summary, status, error);
        }
        else if (passThrough && _requestBody is null && application.Origins?.CanForward(this) == true)
        {
            // A body that the worker has begun to read is gone: then the error is shown.
            ClearResponse();
            _ = ForwardAndEndAsync(error, summary);
            return;
        }
        else
        {
            ClearResponse();
            application.Errors.WriteFailure(this, error);
            Log(summary, _response.StatusCode, error);
        }

        End();
    }

    /// <summary>Answers with what the zone's origin answers; no worker sees the request.</summary>
    public async Task ForwardWithoutWorkerAsync()
    {
        await application.Origins!.ForwardAsync(this, application.Errors);
        if (_requestBody?.TryClose() == false)
        {
            // The origin has answered before it had read everything.
            _lifetime.Abort();
        }

        EndWithoutWorker();
    }

    /// <summary>Cuts the connection, or the stream of HTTP/2: what was sent is not the whole answer.</summary>
    public void Abort() => _lifetime.Abort();

    /// <summary>The read that was in flight when the event ended is over.</summary>
    public void BodyReleased() => Release();

    /// <summary>Kestrel goes on with the connection. Not on the thread that ended the event: that one may hold the isolate.</summary>
    void IThreadPoolWorkItem.Execute() => _completion.SetResult();

    private async Task ForwardAndEndAsync(WorkerError error, InvocationSummary summary)
    {
        await application.Origins!.ForwardAsync(this, application.Errors);
        Log(summary, _response.StatusCode, error);
        End();
    }

    private void End()
    {
        if (_worker?.Meter is { } meter)
            meter.CountBytes(_requestBody?.BytesRead ?? 0, HttpMethods.IsHead(Method) ? 0 : _sizedLength >= 0 ? _sizedLength : _counting?.Written ?? 0);
        if (_requestBody is null || _requestBody.TryClose())
            Release();
    }

    private void Release()
    {
        if (Volatile.Read(ref _state) == Running && Interlocked.CompareExchange(ref _state, Ended, Running) == Running)
            return;
        _state = Ended;
        EventLoop.RunSoon(this);
    }

    private Task Completion()
    {
        _completion = AsyncTaskMethodBuilder.Create();
        Task task = _completion.Task;
        return Interlocked.CompareExchange(ref _state, Awaited, Running) == Running ? task : Task.CompletedTask;
    }

    private void Log(in InvocationSummary summary, int status, WorkerError? error)
    {
        if (_span is { } span)
        {
            _span = null;
            Spans.End(span, summary, status);
        }

        if (application.Options.Log is { } log)
        {
            log.Completed(new RequestLogEntry(
                Method, _host, _rawTarget, status, summary.Cpu, Stopwatch.GetElapsedTime(_arrived), summary.Outcome, HandlingVersion, error, this));
        }
    }

    // HTTP/1.0 needs no Host header; the address that was connected to is then the best name there is.
    private string LocalHost()
    {
        if (_headers.Host.Count > 0 || _request.Protocol != "HTTP/1.0" || _connection.LocalIpAddress is not { } address)
            return "";
        return new System.Net.IPEndPoint(address.Unmapped(), _connection.LocalPort).ToString();
    }
}
