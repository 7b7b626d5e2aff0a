using System.Runtime.InteropServices;

namespace Skep.Runtime.Crypto;

/// <summary>An EVP_PKEY. Immutable once made, so any number of threads may use it at once.</summary>
internal sealed class ParsedKey() : SafeHandle(0, ownsHandle: true)
{
    public ParsedKey(nint key) : this() => SetHandle(key);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_PKEY_free(handle);
        return true;
    }
}
