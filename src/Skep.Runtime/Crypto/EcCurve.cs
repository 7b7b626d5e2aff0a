using System.Numerics;

namespace Skep.Runtime.Crypto;

/// <summary>A NIST curve: names, sizes, and its keys in canonical form, X ‖ Y for a public and X ‖ Y ‖ D for a private one.</summary>
internal sealed class EcCurve
{
    private static readonly EcCurve P256 = new(
        "P-256", "1.2.840.10045.3.1.7", 32, KeyEncoding.P256, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    private static readonly EcCurve P384 = new(
        "P-384", "1.3.132.0.34", 48, KeyEncoding.P384,
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973");

    private static readonly EcCurve P521 = new(
        "P-521", "1.3.132.0.35", 66, KeyEncoding.P521,
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409");

    private readonly BigInteger _order;

    private EcCurve(string name, string oid, int fieldSize, KeyEncoding encoding, string order)
    {
        Name = name;
        Oid = oid;
        FieldSize = fieldSize;
        Encoding = encoding;
        _order = new BigInteger(Convert.FromHexString(order), isUnsigned: true, isBigEndian: true);
    }

    public string Name { get; }

    public string Oid { get; }

    /// <summary>The length of a coordinate, and of a private scalar, in bytes.</summary>
    public int FieldSize { get; }

    public KeyEncoding Encoding { get; }

    public static EcCurve Named(string name) => name switch
    {
        "P-256" => P256,
        "P-384" => P384,
        "P-521" => P521,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such curve."),
    };

    public static EcCurve Of(KeyEncoding encoding) => encoding switch
    {
        KeyEncoding.P256 => P256,
        KeyEncoding.P384 => P384,
        _ => P521,
    };

    /// <summary>Whether a scalar may be a private key: from 1 to the order less one.</summary>
    public bool IsScalar(ReadOnlySpan<byte> scalar)
    {
        var number = new BigInteger(scalar, isUnsigned: true, isBigEndian: true);
        return number > 0 && number < _order;
    }
}
