using System.Collections.Concurrent;

namespace Skep.Runtime.Isolates;

/// <summary>What a turn brings to other isolates: a call, an answer. Nothing of it runs before the thread has left its own
/// isolate; then the thread itself goes on there, so that a call to another worker and its answer need no other thread. Until then
/// the other isolate is free: a long turn delays nobody but its own messages.</summary>
internal static class Handover
{
    [ThreadStatic]
    private static ConcurrentQueue<Work>? waiting;

    [ThreadStatic]
    private static bool running;

    /// <summary>What the calling thread has to hand over. Another may take it, should this one never come back.</summary>
    public static ConcurrentQueue<Work> Current => waiting ??= new ConcurrentQueue<Work>();

    /// <summary>One piece: how to do it on this thread, and how to leave it to another.</summary>
    internal abstract class Work
    {
        /// <summary>Does it here and now, JavaScript included.</summary>
        public abstract void Run();

        /// <summary>Queues it where it belongs, for another thread.</summary>
        public abstract void Queue();
    }

    /// <summary>Brings a task to an isolate.</summary>
    public static void Post(WorkerIsolate isolate, IsolateTask task)
    {
        if (WorkerIsolate.ThreadIsInside) Add(new Posting(isolate, task));
        else isolate.Post(task);
    }

    /// <summary>Does the work as soon as the thread is in no isolate.</summary>
    public static void Post(Work work)
    {
        if (WorkerIsolate.ThreadIsInside) Add(work);
        else work.Run();
    }

    /// <summary>The thread has left its isolate. Of several pieces, others get all but the last.</summary>
    public static void Run()
    {
        if (running || waiting is not { IsEmpty: false } work) return;
        running = true;
        try
        {
            while (work.TryDequeue(out var next))
            {
                if (work.IsEmpty) next.Run();
                else next.Queue();
            }
        }
        finally
        {
            running = false;
        }
    }

    /// <summary>The thread stays in its isolate, which has more to do: others take what waits.</summary>
    public static void Spill()
    {
        if (waiting is { IsEmpty: false } work) Spill(work);
    }

    /// <summary>Others take what a thread had to hand over.</summary>
    public static void Spill(ConcurrentQueue<Work> work)
    {
        while (work.TryDequeue(out var next)) next.Queue();
    }

    private static void Add(Work work) => Current.Enqueue(work);

    private sealed class Posting(WorkerIsolate isolate, IsolateTask task) : Work
    {
        public override void Run() => isolate.Post(task);

        public override void Queue() => isolate.Schedule(task);
    }
}
