using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Skep.Watching;

/// <summary>Gathers changes that belong together: saving in an editor touches a file several times, a branch switch touches
/// hundreds.</summary>
internal static class ChangeBatches
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan AtMost = TimeSpan.FromMilliseconds(200);

    /// <summary>Sets of changed paths, each ended by a moment of quiet.</summary>
    public static async IAsyncEnumerable<IReadOnlySet<string>> ReadAsync(
        ChannelReader<string> changed, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await changed.WaitToReadAsync(cancellation))
        {
            var batch = new HashSet<string>();
            var began = time.GetTimestamp();
            bool more;
            do
            {
                while (changed.TryRead(out var path)) batch.Add(path);
                await Task.Delay(Quiet, time, cancellation);
                more = changed.TryPeek(out _);
            }
            while (more && time.GetElapsedTime(began) < AtMost);

            while (changed.TryRead(out var path)) batch.Add(path);
            yield return batch;
        }
    }
}
