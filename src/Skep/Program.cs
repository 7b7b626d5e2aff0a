using Skep.Commands;
using Skep.V8;

// Where workers run, this process is node from here on, which has V8; see Engine.
if (CommandRunner.NeedsEngine(args)) Engine.Enter(args);
return await CommandRunner.RunAsync(args);
