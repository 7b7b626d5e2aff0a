using System.Buffers.Text;
using System.Diagnostics;

namespace Skep.Edge.Transport;

/// <summary>Where the machine's processor time goes: to nobody (proc(5), <c>/proc/stat</c>), and to this process.</summary>
internal sealed class ProcessorMeter(TimeSpan longest)
{
    private const string Source = "/proc/stat";
    private const int IdleField = 3;

    // USER_HZ: the unit of the file's times, part of Linux' ABI.
    private const double TicksPerSecond = 100;

    private long _readAt;
    private long _idle;
    private TimeSpan _own;

    /// <summary>The average since the last reading. Null when that was longer ago than <c>longest</c>, or there was none: ask again.</summary>
    public ProcessorUse? SinceLast()
    {
        bool tells = TryRead(out long idle);
        long now = Stopwatch.GetTimestamp();
        TimeSpan own = Environment.CpuUsage.TotalTime;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_readAt, now);
        ProcessorUse? use = _readAt != 0 && elapsed <= longest
            ? new ProcessorUse(tells ? (idle - _idle) / TicksPerSecond / elapsed.TotalSeconds : Environment.ProcessorCount, (own - _own) / elapsed, elapsed)
            : null;
        (_readAt, _idle, _own) = (now, idle, own);
        return use;
    }

    /// <summary>The idle time of all cores in the file's first line.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out long idle)
    {
        idle = 0;
        if (!text.StartsWith("cpu "u8))
            return false;
        text = text["cpu ".Length..].TrimStart((byte)' ');
        for (int field = 0; Utf8Parser.TryParse(text, out long value, out int length); field++)
        {
            if (field == IdleField)
            {
                idle = value;
                return true;
            }

            text = text[length..].TrimStart((byte)' ');
        }

        return false;
    }

    private static bool TryRead(out long idle)
    {
        idle = 0;
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(Source);
            Span<byte> first = stackalloc byte[256];
            return TryParse(first[..RandomAccess.Read(file, first, 0)], out idle);
        }
        catch (Exception unavailable) when (unavailable is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }
}
