using System.Globalization;
using Skep.Abstractions.Email;

namespace Skep.Edge.Email.Inbound;

/// <summary>A command of a client: a verb, and what follows.</summary>
/// <param name="Verb">In capitals.</param>
/// <param name="Rest">The rest of the line.</param>
internal readonly record struct SmtpCommand(string Verb, string Rest)
{
    public static SmtpCommand Read(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? new SmtpCommand(line.ToUpperInvariant(), "") : new SmtpCommand(line[..space].ToUpperInvariant(), line[(space + 1)..].Trim());
    }

    /// <summary>The address of <c>FROM:&lt;…&gt;</c> or <c>TO:&lt;…&gt;</c>, empty for nobody, and the parameters; null when it is malformed.</summary>
    public (string Address, string[] Parameters)? Path(string word)
    {
        if (!Rest.StartsWith(word, StringComparison.OrdinalIgnoreCase)) return null;
        var path = Rest[word.Length..].TrimStart();
        var close = path.IndexOf('>', StringComparison.Ordinal);
        if (!path.StartsWith('<') || close < 0) return null;
        var address = path[1..close];
        if (address.Length > 0 && !EmailAddress.IsValid(address)) return null;
        return (address, path[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>What <c>MAIL</c> says of the message; null when it says what is not known here.</summary>
    public static long? Size(string[] parameters)
    {
        long size = 0;
        foreach (var parameter in parameters)
        {
            var upper = parameter.ToUpperInvariant();
            if (upper is "BODY=7BIT" or "BODY=8BITMIME" or "SMTPUTF8") continue;
            if (!upper.StartsWith("SIZE=", StringComparison.Ordinal) || !long.TryParse(upper.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out size)) return null;
        }

        return size;
    }
}
