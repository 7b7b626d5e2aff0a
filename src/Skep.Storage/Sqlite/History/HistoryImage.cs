using Microsoft.Win32.SafeHandles;

namespace Skep.Storage.Sqlite.History;

/// <summary>Makes a database of the past: a file of its own.</summary>
internal static class HistoryImage
{
    /// <summary>Writes the database as it was after a frame of the first of the segments.</summary>
    /// <param name="files">Where the segments are.</param>
    /// <param name="segments">The segments from the one wanted to the last, all of them.</param>
    /// <param name="frame">The frame of the first; 0 for before it.</param>
    /// <param name="main">The database as it is now, its log empty.</param>
    /// <param name="path">Where to write.</param>
    /// <exception cref="InvalidDataException">A segment is damaged.</exception>
    public static void Build(HistoryFiles files, IReadOnlyList<uint> segments, uint frame, SafeFileHandle main, string path)
    {
        List<HistorySegment> open = [];
        try
        {
            foreach (var number in segments)
            {
                open.Add(HistorySegment.Open(files.Segment(number)));
                open[^1].Verify();
            }

            // Where each page that is another today is found; the last to say wins.
            Dictionary<uint, (HistorySegment Segment, bool IsFrame, uint At)> pages = [];
            for (var i = open.Count - 1; i >= 0; i--)
            {
                for (var at = 0; at < open[i].Before.Length; at++) pages[open[i].Before[at]] = (open[i], false, (uint)at);
            }

            var first = open[0];
            var count = first.PagesBefore;
            if (frame > 0)
            {
                var commit = first.Commits.FirstOrDefault(commit => commit.Frame == frame);
                if (commit.Frame == 0) throw new HistoryException("No commit ended where the bookmark says.");
                count = commit.DatabasePages;
                for (var at = 1u; at <= frame; at++) pages[first.Frames[(int)at - 1]] = (first, true, at);
            }

            using var image = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, (long)count * first.PageSize);
            var page = new byte[first.PageSize];
            for (var number = 1u; number <= count; number++)
            {
                var place = (number - 1L) * page.Length;
                if (!pages.TryGetValue(number, out var found)) ReadMain(main, place, page);
                else if (found.IsFrame) found.Segment.ReadFrame(found.At, page);
                else found.Segment.ReadBefore((int)found.At, page);
                RandomAccess.Write(image, page, place);
            }
        }
        finally
        {
            foreach (var each in open) each.Dispose();
        }
    }

    private static void ReadMain(SafeFileHandle main, long place, byte[] page)
    {
        if (RandomAccess.Read(main, page, place) != page.Length) throw new InvalidDataException("The database is shorter than its history says.");
    }
}
