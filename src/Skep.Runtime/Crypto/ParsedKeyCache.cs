using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Skep.Runtime.Crypto;

/// <summary>The encodings under which keys are parsed: part of a cached key's identity.</summary>
internal enum KeyEncoding : byte
{
    RsaPublic,
    RsaPrivate,
    P256,
    P384,
    P521,
    Ed25519Public,
    Ed25519Private,
    X25519Public,
    X25519Private,
}

/// <summary>
/// The parsed keys that the process used last. Parsing costs as much as an ECDSA verification, and a worker that checks
/// tokens uses one key for every request. Found by content, so isolates hold bytes only and nothing need be released.
/// </summary>
internal sealed class ParsedKeyCache(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], LinkedListNode<Entry>> _entries = new(ContentComparer.Instance);
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>Shared by all isolates: what it reveals by its timing, only who already has the key can ask.</summary>
    public static ParsedKeyCache Shared { get; } = new(capacity: 1024);

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>The key, parsed by <paramref name="parse"/> unless it is known. The cache owns it; callers don't dispose of it.</summary>
    public ParsedKey Get(KeyEncoding encoding, ReadOnlySpan<byte> key, KeyParser parse)
    {
        var lookup = _entries.GetAlternateLookup<LookupKey>();
        lock (_lock)
        {
            if (lookup.TryGetValue(new LookupKey(encoding, key), out var found))
            {
                if (_byUse.First != found)
                {
                    _byUse.Remove(found);
                    _byUse.AddFirst(found);
                }
                return found.Value.Key;
            }
        }
        return Add(encoding, key, parse(encoding, key));
    }

    private ParsedKey Add(KeyEncoding encoding, ReadOnlySpan<byte> key, ParsedKey parsed)
    {
        CryptoFailureException.ThrowUnless(!parsed.IsInvalid, $"parsing a key that was valid when it was imported ({encoding})");
        var identity = ContentComparer.Instance.Create(new LookupKey(encoding, key));
        lock (_lock)
        {
            if (_entries.TryGetValue(identity, out var raced))
                return raced.Value.Key;
            _entries.Add(identity, _byUse.AddFirst(new Entry(identity, parsed)));
            if (_entries.Count > capacity)
                EvictLast();
        }
        return parsed;
    }

    // The evicted key may be in use by another thread: its finaliser releases it.
    private void EvictLast()
    {
        var last = _byUse.Last!;
        _byUse.RemoveLast();
        _entries.Remove(last.Value.Identity);
        CryptographicOperations.ZeroMemory(last.Value.Identity);
    }

    private readonly record struct Entry(byte[] Identity, ParsedKey Key);

    private readonly ref struct LookupKey(KeyEncoding encoding, ReadOnlySpan<byte> key)
    {
        public KeyEncoding Encoding { get; } = encoding;

        public ReadOnlySpan<byte> Key { get; } = key;
    }

    /// <summary>Identities are the encoding followed by the key's bytes, compared in full: hashes only choose the bucket.</summary>
    private sealed class ContentComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<LookupKey, byte[]>
    {
        public static readonly ContentComparer Instance = new();

        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode([DisallowNull] byte[] identity) => Hash((KeyEncoding)identity[0], identity.AsSpan(1));

        public bool Equals(LookupKey alternate, byte[] other) =>
            other[0] == (byte)alternate.Encoding && other.AsSpan(1).SequenceEqual(alternate.Key);

        public int GetHashCode(LookupKey alternate) => Hash(alternate.Encoding, alternate.Key);

        public byte[] Create(LookupKey alternate)
        {
            var identity = new byte[1 + alternate.Key.Length];
            identity[0] = (byte)alternate.Encoding;
            alternate.Key.CopyTo(identity.AsSpan(1));
            return identity;
        }

        private static int Hash(KeyEncoding encoding, ReadOnlySpan<byte> key)
        {
            var hash = new HashCode();
            hash.Add((byte)encoding);
            hash.AddBytes(key);
            return hash.ToHashCode();
        }
    }
}

/// <summary>Parses a key in its canonical form.</summary>
internal delegate ParsedKey KeyParser(KeyEncoding encoding, ReadOnlySpan<byte> key);
