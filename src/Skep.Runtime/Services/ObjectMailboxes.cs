using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Services;

/// <summary>Takes events to Durable Objects so that those of one caller to one object arrive in the order in which they were made, also
/// when the object must be found first.</summary>
internal sealed class ObjectMailboxes
{
    private readonly ConcurrentDictionary<ObjectAddress, Mailbox> mailboxes = new();

    /// <summary>Brings an event on its way.</summary>
    /// <param name="atOnce">The object's code may run on this thread before this returns.</param>
    public void Deliver(IObjectDelivery delivery, bool atOnce)
    {
        // With nothing before it, it needs no mailbox.
        if (atOnce && !mailboxes.ContainsKey(delivery.Address) && TryGive(delivery)) return;
        while (!mailboxes.GetOrAdd(delivery.Address, static (key, all) => new Mailbox(all, key), this).TryAdd(delivery))
        {
            Thread.Yield();
        }
    }

    private static bool TryGive(IObjectDelivery delivery)
    {
        ValueTask<IServedWorker> finding;
        try
        {
            finding = delivery.Directory.FindAsync(delivery.Address);
        }
        catch (ObjectUnavailableException)
        {
            // Told where it is asked for again.
            return false;
        }

        if (!finding.IsCompletedSuccessfully)
        {
            _ = finding.AsTask().ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
            return false;
        }

        var served = finding.Result;
        if (!served.TryEnter()) return false;
        try
        {
            delivery.Give(served.Worker);
        }
        finally
        {
            served.Leave();
        }

        return true;
    }

    private static async ValueTask GiveAsync(IObjectDelivery delivery)
    {
        try
        {
            for (;;)
            {
                var served = await delivery.Directory.FindAsync(delivery.Address).ConfigureAwait(false);
                if (!served.TryEnter()) continue;
                try
                {
                    delivery.Give(served.Worker);
                }
                finally
                {
                    served.Leave();
                }

                return;
            }
        }
        catch (ObjectUnavailableException unavailable)
        {
            delivery.Fail(unavailable.Error with { IsRetryable = unavailable.Retryable });
        }
        catch (Exception exception)
        {
            delivery.Fail(new WorkerError(WorkerErrorCode.Exception, $"Error: The Durable Object cannot be reached: {exception.Message}"));
        }
    }

    /// <summary>Events for one object that wait for each other.</summary>
    private sealed class Mailbox(ObjectMailboxes all, ObjectAddress address) : IThreadPoolWorkItem
    {
        private readonly Queue<IObjectDelivery> waiting = new();
        private bool running;
        private bool removed;

        public bool TryAdd(IObjectDelivery delivery)
        {
            lock (waiting)
            {
                if (removed) return false;
                waiting.Enqueue(delivery);
                if (running) return true;
                running = true;
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return true;
        }

        /// <inheritdoc/>
        void IThreadPoolWorkItem.Execute() => _ = RunAsync();

        private async Task RunAsync()
        {
            for (;;)
            {
                IObjectDelivery? next;
                lock (waiting)
                {
                    if (!waiting.TryDequeue(out next))
                    {
                        removed = true;
                        all.mailboxes.TryRemove(new(address, this));
                        return;
                    }
                }

                await GiveAsync(next).ConfigureAwait(false);
            }
        }
    }
}
