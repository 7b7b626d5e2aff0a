namespace Skep.Edge.Email;

/// <summary>What an SMTP server answers.</summary>
/// <param name="Code">Its number.</param>
/// <param name="Lines">Its texts.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>It has done what it was asked, or goes on.</summary>
    public bool IsPositive => Code is >= 200 and < 400;

    public override string ToString() => $"{Code} {string.Join(' ', Lines)}".TrimEnd();
}
