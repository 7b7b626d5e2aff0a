namespace Skep.Abstractions.Objects;

/// <summary>SQL of one Durable Object.</summary>
public interface IObjectSql
{
    /// <summary>Compiles the first statement of a text, and runs all but the last when there are several.</summary>
    /// <param name="text">One statement or more; the same text is compiled once.</param>
    /// <returns>The last statement, to bind and step; the caller disposes of it.</returns>
    /// <exception cref="ObjectStorageException">It is no SQL, or is not allowed.</exception>
    IObjectCursor Prepare(string text);

    /// <summary>Asked now and then while a statement runs; true stops it with an error.</summary>
    Func<bool>? StopRequested { get; set; }
}

/// <summary>A statement that is bound and then run. Until it is disposed of or done it may hold rows of the moment at which it began.</summary>
public interface IObjectCursor : IDisposable
{
    /// <summary>Parameters that the statement has.</summary>
    int ParameterCount { get; }

    /// <summary>Columns of its rows.</summary>
    int ColumnCount { get; }

    /// <summary>A column's name.</summary>
    string ColumnName(int column);

    /// <summary>Binds NULL.</summary>
    void BindNull(int parameter);

    /// <summary>Binds a number.</summary>
    void Bind(int parameter, double value);

    /// <summary>Binds text.</summary>
    void BindText(int parameter, ReadOnlySpan<byte> utf8);

    /// <summary>Binds bytes.</summary>
    void BindBlob(int parameter, ReadOnlySpan<byte> value);

    /// <summary>Goes to the next row; false after the last. A statement that writes has done all of it when the first call returns.</summary>
    bool Step();

    /// <summary>The type of a value of the row.</summary>
    SqlType Type(int column);

    /// <summary>A number of the row.</summary>
    double Number(int column);

    /// <summary>Text (UTF-8) or bytes of the row; valid until the next <see cref="Step"/>.</summary>
    ReadOnlySpan<byte> Bytes(int column);

    /// <summary>Rows looked at so far, in tables and indexes.</summary>
    long RowsRead { get; }

    /// <summary>Rows written so far, in tables and indexes.</summary>
    long RowsWritten { get; }
}

/// <summary>Types of SQL values.</summary>
public enum SqlType
{
    /// <summary>NULL</summary>
    Null,

    /// <summary>INTEGER</summary>
    Integer,

    /// <summary>REAL</summary>
    Real,

    /// <summary>TEXT</summary>
    Text,

    /// <summary>BLOB</summary>
    Blob,
}
