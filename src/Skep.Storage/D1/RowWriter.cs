using Skep.Storage.Sqlite.Guest;

namespace Skep.Storage.D1;

/// <summary>Writes rows as JSON, straight from SQLite's memory.</summary>
internal static class RowWriter
{
    /// <summary>An array of objects.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="statement">A statement that was stepped once.</param>
    /// <param name="more">Whether that was a row.</param>
    /// <returns>How many rows there were.</returns>
    public static long Objects(JsonText json, GuestStatement statement, bool more)
    {
        long rows = 0;
        json.Raw("["u8);
        for (; more; more = statement.Step())
        {
            if (rows++ > 0) json.Raw(","u8);
            Object(json, statement);
        }

        json.Raw("]"u8);
        return rows;
    }

    /// <summary>The columns' names and the rows' values.</summary>
    /// <inheritdoc cref="Objects"/>
    public static long ColumnsAndRows(JsonText json, GuestStatement statement, bool more)
    {
        json.Raw("{\"columns\":"u8);
        Names(json, statement);
        json.Raw(",\"rows\":"u8);
        var rows = Rows(json, statement, more, names: false);
        json.Raw("}"u8);
        return rows;
    }

    /// <summary>An array of arrays.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="statement">A statement that was stepped once.</param>
    /// <param name="more">Whether that was a row.</param>
    /// <param name="names">Begins with the columns' names.</param>
    /// <returns>How many rows there were.</returns>
    public static long Rows(JsonText json, GuestStatement statement, bool more, bool names)
    {
        long rows = 0;
        json.Raw("["u8);
        if (names) Names(json, statement);
        for (; more; more = statement.Step())
        {
            if (rows++ > 0 || names) json.Raw(","u8);
            json.Raw("["u8);
            for (var column = 0; column < statement.Columns; column++)
            {
                if (column > 0) json.Raw(","u8);
                Value(json, statement, column);
            }

            json.Raw("]"u8);
        }

        json.Raw("]"u8);
        return rows;
    }

    /// <summary>The row as an object. Of columns with the same name the last one counts, as JavaScript reads it.</summary>
    public static void Object(JsonText json, GuestStatement statement)
    {
        var labels = Labels(statement);
        json.Raw("{"u8);
        for (var column = 0; column < labels.Length; column++)
        {
            if (column > 0) json.Raw(","u8);
            json.Raw(labels[column]);
            Value(json, statement, column);
        }

        json.Raw("}"u8);
    }

    private static void Value(JsonText json, GuestStatement statement, int column)
    {
        switch (statement.Type(column))
        {
            case SqliteNative.TypeInteger:
                json.Number(statement.Int64(column));
                break;
            case SqliteNative.TypeFloat:
                json.Number(statement.Double(column));
                break;
            case SqliteNative.TypeText:
                json.String(statement.Text(column));
                break;
            case SqliteNative.TypeBlob:
                json.Bytes(statement.Blob(column));
                break;
            default:
                json.Raw("null"u8);
                break;
        }
    }

    private static void Names(JsonText json, GuestStatement statement)
    {
        json.Raw("["u8);
        for (var column = 0; column < statement.Columns; column++)
        {
            if (column > 0) json.Raw(","u8);
            json.String(statement.Name(column));
        }

        json.Raw("]"u8);
    }

    private static byte[][] Labels(GuestStatement statement)
    {
        var compiled = statement.RePrepared;
        if (statement.Labels is { } known && statement.LabelledAt == compiled) return known;
        var labels = new byte[statement.Columns][];
        for (var column = 0; column < labels.Length; column++)
        {
            using JsonText label = new(int.MaxValue);
            label.String(statement.Name(column));
            label.Raw(":"u8);
            labels[column] = label.Written.ToArray();
        }

        (statement.Labels, statement.LabelledAt) = (labels, compiled);
        return labels;
    }
}
