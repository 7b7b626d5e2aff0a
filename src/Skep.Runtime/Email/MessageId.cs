using System.Security.Cryptography;
using Skep.Abstractions.Email;

namespace Skep.Runtime.Email;

/// <summary>Names messages.</summary>
internal static class MessageId
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int Length = 36;

    /// <summary>A name that no other message has.</summary>
    public static string New(string sender)
    {
        var domain = new EmailAddress("", sender).ToAscii().Domain;
        return $"<{RandomNumberGenerator.GetString(Alphabet, Length)}@{(domain.Length == 0 ? "localhost" : domain)}>";
    }
}
