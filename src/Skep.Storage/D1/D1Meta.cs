namespace Skep.Storage.D1;

/// <summary>What is told of a query beside its rows (https://developers.cloudflare.com/d1/worker-api/return-object/).</summary>
internal readonly record struct D1Meta(double Milliseconds, long Changes, long LastRowId, bool Changed, long Size, long RowsRead, long RowsWritten)
{
    /// <summary>Writes the beginning of a result.</summary>
    public void WriteTo(JsonText json)
    {
        json.Raw("{\"success\":true,\"meta\":{\"served_by\":\"skep\",\"served_by_primary\":true,\"total_attempts\":1,\"timings\":{\"sql_duration_ms\":"u8);
        json.Number(Milliseconds);
        json.Raw("},\"duration\":"u8);
        json.Number(Milliseconds);
        json.Raw(",\"changes\":"u8);
        json.Number(Changes);
        json.Raw(",\"last_row_id\":"u8);
        json.Number(LastRowId);
        json.Raw(",\"changed_db\":"u8);
        json.Boolean(Changed);
        json.Raw(",\"size_after\":"u8);
        json.Number(Size);
        json.Raw(",\"rows_read\":"u8);
        json.Number(RowsRead);
        json.Raw(",\"rows_written\":"u8);
        json.Number(RowsWritten);
        json.Raw("}"u8);
    }
}
