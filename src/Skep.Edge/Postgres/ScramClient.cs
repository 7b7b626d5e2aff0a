using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Skep.Edge.Postgres;

/// <summary>The client's side of SCRAM-SHA-256 (https://www.rfc-editor.org/rfc/rfc5802, https://www.rfc-editor.org/rfc/rfc7677), without channel binding.</summary>
internal sealed class ScramClient(string password, string? fixedNonce = null)
{
    public const string Mechanism = "SCRAM-SHA-256";

    // What a server may cost us; PostgreSQL itself takes 4,096.
    private const int MostIterations = 1_000_000;
    private const int NonceBytes = 18;
    private const string Header = "n,,";

    private readonly string _nonce = fixedNonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
    private string _user = "";
    private byte[] _expected = [];

    /// <summary>The first message. PostgreSQL knows the user already.</summary>
    public string First(string user = "")
    {
        _user = user;
        return Header + FirstBare;
    }

    private string FirstBare => $"n={_user},r={_nonce}";

    /// <summary>The answer to the server's first message.</summary>
    /// <exception cref="FormatException">That is not acceptable.</exception>
    public string Final(string serverFirst)
    {
        string? nonce = null, salt = null, iterations = null;
        foreach (var part in serverFirst.Split(','))
        {
            if (part.StartsWith("r=", StringComparison.Ordinal)) nonce = part[2..];
            else if (part.StartsWith("s=", StringComparison.Ordinal)) salt = part[2..];
            else if (part.StartsWith("i=", StringComparison.Ordinal)) iterations = part[2..];
        }

        if (nonce is null || salt is null || !nonce.StartsWith(_nonce, StringComparison.Ordinal) || nonce.Length == _nonce.Length)
            throw new FormatException("the server's SCRAM challenge is malformed");
        if (!int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) || rounds is < 1 or > MostIterations)
            throw new FormatException($"the server asks for {iterations} rounds of SCRAM-SHA-256; from 1 to {MostIterations} are accepted");
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Convert.FromBase64String(salt), rounds, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var withoutProof = $"c={Convert.ToBase64String(Encoding.UTF8.GetBytes(Header))},r={nonce}";
        var signed = Encoding.UTF8.GetBytes($"{FirstBare},{serverFirst},{withoutProof}");
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), signed);
        for (var i = 0; i < proof.Length; i++) proof[i] ^= clientKey[i];
        _expected = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), signed);
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>Whether the server knows the password, too.</summary>
    public bool Verify(string serverFinal) =>
        serverFinal.StartsWith("v=", StringComparison.Ordinal) &&
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(serverFinal[2..].Split(',')[0]), Encoding.ASCII.GetBytes(Convert.ToBase64String(_expected)));
}
