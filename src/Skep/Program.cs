using Skep.Commands;
using Skep.V8;

// From here on this process is node, which has V8; see Engine.
Engine.Enter(args);
return await CommandRunner.RunAsync(args);
