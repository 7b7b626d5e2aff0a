using System.Collections.Concurrent;
using System.Text;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Objects;
using Skep.Supervision.WorkerSide.Objects;
using Skep.Testing;

namespace Skep.Tests.Supervision.Peers;

/// <summary>A supervisor and worker processes, all within this process; what the workers run is noted in one place.</summary>
internal sealed class TestFleet : IDisposable
{
    private readonly List<TestProcess> _processes = [];

    public TestFleet(int processes)
    {
        Objects = new FleetObjects(Leases, TimeProvider.System) { Serving = () => _processes.Where(process => process.IsServing) };
        for (var i = 0; i < processes; i++) Start();
    }

    public LeaseTable Leases { get; } = new(firstEpoch: 1000);

    public FleetObjects Objects { get; }

    public TestProcess this[int index] => _processes[index];

    /// <summary>Who runs an object now: more than one is the fault that must not happen.</summary>
    public ConcurrentDictionary<ObjectAddress, int> Running { get; } = new();

    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>What objects were told, in the order in which they took it.</summary>
    public ConcurrentDictionary<ObjectAddress, ConcurrentQueue<string>> Taken { get; } = new();

    public TestProcess Start()
    {
        TestProcess process = new(this, _processes.Count + 1);
        _processes.Add(process);
        Objects.Add(process);
        return process;
    }

    public void Dispose()
    {
        foreach (var process in _processes) process.Kill();
    }
}

/// <summary>A worker process whose objects keep what they are told, and answer with who they are with.</summary>
internal sealed class TestProcess : IHostingProcess, ILocalObjects, IServedWorker, IWorker
{
    private readonly TestFleet _fleet;
    private readonly LinkConnection _near;
    private readonly DescriptorSocket _peers;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TestProcess(TestFleet fleet, int number)
    {
        _fleet = fleet;
        Number = number;
        var (supervisors, own) = LinkSocket.Pair();
        var (peers, arrivals) = DescriptorSocket.Pair();
        _peers = peers;
        LinkHandlers handlers = new();
        Link = new LinkConnection(supervisors, new ObjectHandlers(fleet.Objects, new NoAlarms()).AddTo(new LinkHandlers(), this), $"to {number}");
        _near = new LinkConnection(own, handlers, $"of {number}");
        Directory = new ProcessObjects(_near, arrivals, this);
        ObjectAnswers.Add(handlers, Directory);
        Directory.Start();
        Link.Start();
        _near.Start();
    }

    public int Number { get; }

    public LinkConnection Link { get; }

    public Task Ended => _ended.Task;

    public bool IsServing { get; set; } = true;

    public ProcessObjects Directory { get; }

    public WorkerVersion Version { get; } = WorkerVersion.Unread("objects");

    public IWorker Worker => this;

    /// <summary>Holds up the eviction of objects.</summary>
    public Task Eviction { get; set; } = Task.CompletedTask;

    /// <summary>How many connections get lost on their way to it.</summary>
    public int LostConnections { get; set; }

    public bool TryConnect(int other, LinkSocket end, bool isFirst) => LostConnections-- > 0 || PeerNote.TrySend(_peers, other, end, isFirst);

    public void Kill()
    {
        if (!_ended.TrySetResult()) return;
        IsServing = false;
        foreach (var (address, number) in _fleet.Running)
        {
            if (number == Number) _fleet.Running.TryRemove(new(address, number));
        }

        _near.Dispose();
        Link.Dispose();
        Directory.Dispose();
        _peers.Dispose();
    }

    /// <summary>Goes as a process does that is replaced.</summary>
    public async Task LeaveAsync()
    {
        IsServing = false;
        await Directory.DrainAsync();
        Kill();
    }

    /// <summary>A worker of this process tells an object something; the answer is the process that the object is in.</summary>
    public async Task<string> TellAsync(ObjectAddress address, string told)
    {
        ObjectRequest request = new(address, told);
        await SendAsync(address, worker => worker.Fetch(request));
        return await request.Answer;
    }

    /// <summary>The same as a call.</summary>
    public async Task<string> CallAsync(ObjectAddress address, string told)
    {
        TestCall call = new(told);
        await SendAsync(address, worker => worker.Rpc(new ObjectSession(address, call)));
        return TestCall.Text(await call.Result);
    }

    public IServedWorker? Find(ObjectAddress address) => this;

    public async Task EvictAsync(ObjectAddress address)
    {
        await Eviction;
        _fleet.Running.TryRemove(new(address, Number));
    }

    public bool TryEnter() => true;

    public void Leave()
    {
    }

    public void Fetch(FetchEvent fetchEvent)
    {
        Take(fetchEvent.Object!, fetchEvent.Url);
        fetchEvent.Answer(200, $"{Number}");
    }

    public void Rpc(RpcEvent rpcEvent)
    {
        Take(rpcEvent.Object!, string.Join('.', rpcEvent.Call.Path));
        rpcEvent.Call.Begin(new TestCapability(_ => { }));
        rpcEvent.Call.Return(TestCall.Message($"{Number}"));
        rpcEvent.Complete(FetchEvents.Ok);
    }

    public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) => throw new NotSupportedException();

    public Task DrainAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task SendAsync(ObjectAddress address, Action<IWorker> send)
    {
        for (;;)
        {
            var served = await Directory.FindAsync(address);
            if (!served.TryEnter()) continue;
            send(served.Worker);
            served.Leave();
            return;
        }
    }

    private void Take(ObjectAddress address, string told)
    {
        var host = _fleet.Running.GetOrAdd(address, Number);
        if (host != Number) _fleet.Faults.Enqueue($"{address.Id} is in {host} and in {Number}.");
        if (Directory.EpochOf(address) <= 1000) _fleet.Faults.Enqueue($"{address.Id} has an old epoch.");
        _fleet.Taken.GetOrAdd(address, static _ => new()).Enqueue(told);
    }

    private sealed class NoAlarms : IObjectAlarms
    {
        public ValueTask NoteAsync(ObjectAddress address, DateTimeOffset? due) => default;
    }

    private sealed class ObjectSession(ObjectAddress address, RpcCall call) : RpcEvent
    {
        public override string? Entrypoint => null;

        public override ObjectAddress? Object => address;

        public override CallerProps? Props => null;

        public override int Depth => 1;

        public override RpcCall Call => call;

        public override CancellationToken Aborted => default;

        public override void Complete(in InvocationSummary summary)
        {
        }
    }

    private sealed class ObjectRequest(ObjectAddress address, string url) : FetchEvent
    {
        private readonly System.IO.Pipelines.Pipe _pipe = new();
        private readonly TaskCompletionSource<string> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Answer => _answer.Task;

        public override ObjectAddress? Object => address;

        public override string Method => "GET";

        public override string Url => url;

        public override Stream? Body => null;

        public override long? BodyLength => null;

        public override string? Cf => null;

        public override CancellationToken Aborted => default;

        public override System.IO.Pipelines.PipeWriter ResponseBody => _pipe.Writer;

        public override bool HasStarted => false;

        public override void CopyHeaders(List<string> flat)
        {
        }

        public override string? GetHeader(string name) => null;

        public override void SetStatus(int status, string? reason)
        {
        }

        public override void AddHeader(string name, string value)
        {
        }

        public override void SetContentLength(long length)
        {
        }

        public override void Complete(in InvocationSummary summary)
        {
            _pipe.Writer.Complete();
            _ = ReadAsync();
        }

        public override void Fail(Abstractions.Errors.WorkerError error, bool passThrough, in InvocationSummary summary) => _answer.TrySetException(new CallException(error.Message, error));

        private async Task ReadAsync() => _answer.TrySetResult(await new StreamReader(_pipe.Reader.AsStream(), Encoding.UTF8).ReadToEndAsync());
    }
}
