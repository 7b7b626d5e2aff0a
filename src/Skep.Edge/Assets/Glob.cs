namespace Skep.Edge.Assets;

/// <summary>Patterns in which <c>*</c> stands for anything, slashes included.</summary>
internal static class Glob
{
    /// <summary>True when all of the text matches. Only the last star is ever tried again, so that no pattern takes long.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int at = 0, next = 0, star = -1, tried = 0;
        while (at < text.Length)
        {
            if (next < pattern.Length && pattern[next] == '*')
            {
                star = next++;
                tried = at;
            }
            else if (next < pattern.Length && pattern[next] == text[at])
            {
                next++;
                at++;
            }
            else if (star >= 0)
            {
                next = star + 1;
                at = ++tried;
            }
            else
            {
                return false;
            }
        }

        return !pattern[next..].ContainsAnyExcept('*');
    }
}
