using Skep.Abstractions.Objects;

namespace Skep.Storage.Objects;

/// <summary>A row that outlives the statement's next step.</summary>
internal sealed class SqlRow
{
    private readonly (SqlType Type, double Number, byte[]? Bytes)[] _values;

    public SqlRow(SqlStatement statement)
    {
        _values = new (SqlType, double, byte[]?)[statement.ColumnCount];
        for (var i = 0; i < _values.Length; i++)
        {
            var type = statement.Type(i);
            _values[i] = (type, type is SqlType.Integer or SqlType.Real ? statement.Number(i) : 0, type is SqlType.Text or SqlType.Blob ? statement.Bytes(i).ToArray() : null);
        }
    }

    public SqlType Type(int column) => _values[column].Type;

    public double Number(int column) => _values[column].Number;

    public ReadOnlySpan<byte> Bytes(int column) => _values[column].Bytes;
}
