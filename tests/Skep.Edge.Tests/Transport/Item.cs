namespace Skep.Edge.Tests.Transport;

/// <summary>Work for a loop that a test says.</summary>
internal sealed class Item(Action run) : IThreadPoolWorkItem
{
    public void Execute() => run();
}
