namespace Skep.Runtime.Tests;

/// <summary>Small WebAssembly modules, by hand (https://webassembly.github.io/spec/core/binary/).</summary>
internal static class Wasm
{
    private static readonly byte[] Head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

    /// <summary><c>add(i32, i32): i32</c></summary>
    public static byte[] Add { get; } =
    [
        .. Head,
        1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, // type
        3, 2, 1, 0, // function
        7, 7, 1, 3, (byte)'a', (byte)'d', (byte)'d', 0, 0, // export
        10, 9, 1, 7, 0, 0x20, 0, 0x20, 1, 0x6a, 0x0b, // code
    ];

    /// <summary><c>spin()</c>: a loop without an end.</summary>
    public static byte[] Spin { get; } =
    [
        .. Head,
        1, 4, 1, 0x60, 0, 0,
        3, 2, 1, 0,
        7, 8, 1, 4, (byte)'s', (byte)'p', (byte)'i', (byte)'n', 0, 0,
        10, 9, 1, 7, 0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b,
    ];

    /// <summary><c>grow()</c>: a loop without an end that takes a page of memory each time round; <c>memory</c> is exported.</summary>
    public static byte[] Grow { get; } =
    [
        .. Head,
        1, 4, 1, 0x60, 0, 0,
        3, 2, 1, 0,
        5, 3, 1, 0, 1, // memory of at least one page
        7, 17, 2, 4, (byte)'g', (byte)'r', (byte)'o', (byte)'w', 0, 0, 6, (byte)'m', (byte)'e', (byte)'m', (byte)'o', (byte)'r', (byte)'y', 2, 0,
        10, 14, 1, 12, 0, 0x03, 0x40, 0x41, 1, 0x40, 0, 0x1a, 0x0c, 0, 0x0b, 0x0b,
    ];

    /// <summary>A memory of 4,000 pages (250 MB) from the start.</summary>
    public static byte[] LargeMemory { get; } =
    [
        .. Head,
        1, 4, 1, 0x60, 0, 0,
        3, 2, 1, 0,
        5, 4, 1, 0, 0xa0, 0x1f,
        7, 5, 1, 1, (byte)'f', 0, 0,
        10, 4, 1, 2, 0, 0x0b,
    ];
}
