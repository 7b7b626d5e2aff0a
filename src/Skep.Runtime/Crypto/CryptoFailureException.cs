using System.Runtime.CompilerServices;

namespace Skep.Runtime.Crypto;

/// <summary>libcrypto failed where no input of a worker can make it fail (out of memory, an algorithm taken out of the build).</summary>
internal sealed class CryptoFailureException(string message) : Exception(message)
{
    /// <summary>Throws unless a libcrypto call returned 1.</summary>
    public static void ThrowUnless(bool succeeded, [CallerArgumentExpression(nameof(succeeded))] string call = "")
    {
        if (succeeded)
            return;
        LibCrypto.ERR_clear_error();
        throw new CryptoFailureException($"libcrypto: {call} failed");
    }
}
