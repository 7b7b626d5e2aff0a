namespace Skep.Abstractions.Workers;

/// <summary>How a worker announces its handlers.</summary>
public enum ScriptSyntax
{
    /// <summary><c>export default { fetch() {} }</c> and entrypoint classes.</summary>
    Modules,

    /// <summary><c>addEventListener("fetch", …)</c>: the main module runs as a classic script.</summary>
    ServiceWorker,
}
