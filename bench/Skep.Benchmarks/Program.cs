using BenchmarkDotNet.Running;
using Skep.Benchmarks;
using Skep.V8;

// From here on this process is node with V8 in it. BenchmarkDotNet would usually start a process of its own for every
// benchmark, which would not be; InProcess keeps it here.
Engine.Enter(args);
Engine.Initialize(BenchmarkOps.Table());
BenchmarkSwitcher.FromAssembly(typeof(BenchmarkOps).Assembly).Run(args, InProcess.Config);
