using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Skep.Edge.Tests.Geography;

/// <summary>Writes small MaxMind DBs.</summary>
internal sealed class MmdbWriter(int recordSize, int ipVersion)
{
    private sealed class Node
    {
        public object?[] Children { get; } = new object?[2];

        public int Number { get; set; }
    }

    private readonly Node _root = new();
    private readonly List<byte> _data = [];
    private readonly Dictionary<string, int> _strings = [];

    /// <summary>Gives a network a record.</summary>
    public MmdbWriter Add(string network, Dictionary<string, object> record)
    {
        IPNetwork parsed = IPNetwork.Parse(network);
        byte[] bits = parsed.BaseAddress.GetAddressBytes();
        int length = parsed.PrefixLength;
        if (ipVersion == 6 && bits.Length == 4)
            (bits, length) = ([.. new byte[12], .. bits], length + 96);
        int place = _data.Count;
        Write(record);
        Node node = _root;
        for (int bit = 0; bit < length - 1; bit++)
            node = (Node)(node.Children[Bit(bits, bit)] ??= new Node());
        node.Children[Bit(bits, length - 1)] = place;
        return this;
    }

    public byte[] ToArray(string type = "Test")
    {
        List<Node> nodes = [];
        Number(_root, nodes);
        List<byte> file = [];
        foreach (Node node in nodes)
            WriteNode(file, [.. node.Children.Select(child => child switch { Node inner => inner.Number, int place => nodes.Count + 16 + place, _ => nodes.Count })]);
        file.AddRange(new byte[16]);
        file.AddRange(_data);
        file.AddRange([0xab, 0xcd, 0xef, .. "MaxMind.com"u8]);
        int before = _data.Count;
        _strings.Clear();
        Write(new Dictionary<string, object>
        {
            ["binary_format_major_version"] = 2UL, ["binary_format_minor_version"] = 0UL, ["database_type"] = type, ["ip_version"] = (ulong)ipVersion,
            ["node_count"] = (ulong)nodes.Count, ["record_size"] = (ulong)recordSize,
        }, pointers: false);
        file.AddRange(_data.Skip(before));
        return [.. file];
    }

    private static int Bit(byte[] bits, int at) => (bits[at >> 3] >> (7 - (at & 7))) & 1;

    private static void Number(Node node, List<Node> nodes)
    {
        node.Number = nodes.Count;
        nodes.Add(node);
        foreach (Node child in node.Children.OfType<Node>())
            Number(child, nodes);
    }

    private void WriteNode(List<byte> file, int[] records)
    {
        byte[][] bytes = [.. records.Select(record =>
        {
            byte[] four = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(four, record);
            return four;
        })];
        file.AddRange(recordSize switch
        {
            24 => [.. bytes[0][1..], .. bytes[1][1..]],
            28 => [.. bytes[0][1..], (byte)((bytes[0][0] << 4) | bytes[1][0]), .. bytes[1][1..]],
            _ => [.. bytes[0], .. bytes[1]],
        });
    }

    private void Write(object value, bool pointers = true)
    {
        switch (value)
        {
            case string text when pointers && _strings.TryGetValue(text, out int place):
                _data.AddRange([(byte)(0x28 | (0 << 3)), (byte)((place - 2048) >> 8), (byte)(place - 2048)]);
                break;
            case string text:
                // Pointers of two bytes count from 2048 on.
                if (_data.Count >= 2048)
                    _strings[text] = _data.Count;
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                Control(2, bytes.Length);
                _data.AddRange(bytes);
                break;
            case ulong number:
                byte[] eight = new byte[8];
                BinaryPrimitives.WriteUInt64BigEndian(eight, number);
                byte[] digits = [.. eight.SkipWhile(b => b == 0)];
                Control(9, digits.Length);
                _data.AddRange(digits);
                break;
            case double number:
                byte[] binary = new byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(binary, number);
                Control(3, 8);
                _data.AddRange(binary);
                break;
            case bool truth:
                Control(14, truth ? 1 : 0);
                break;
            case List<object> list:
                Control(11, list.Count);
                list.ForEach(each => Write(each, pointers));
                break;
            case Dictionary<string, object> map:
                Control(7, map.Count);
                foreach ((string key, object each) in map)
                {
                    Write(key, pointers);
                    Write(each, pointers);
                }

                break;
        }
    }

    private void Control(int kind, int size)
    {
        byte[] more = size switch { < 29 => [], < 285 => [(byte)(size - 29)], _ => [(byte)((size - 285) >> 8), (byte)(size - 285)] };
        int five = size < 29 ? size : more.Length + 28;
        _data.AddRange(kind <= 7 ? [(byte)((kind << 5) | five)] : [(byte)five, (byte)(kind - 7)]);
        _data.AddRange(more);
    }
}
