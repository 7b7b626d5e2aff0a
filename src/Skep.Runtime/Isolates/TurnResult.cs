using Skep.V8;

namespace Skep.Runtime.Isolates;

/// <summary>How the JavaScript of one turn ended.</summary>
internal struct TurnResult
{
    public JsStatus Status;
    public int Rejections;
    public int Tasks;
    public bool IsCondemned;

    public void Take(in JsResult result)
    {
        if (Status == JsStatus.Ok) Status = result.Status;
        Rejections = result.Rejections;
        Tasks = result.Tasks;
        IsCondemned = result.IsCondemned;
    }
}
