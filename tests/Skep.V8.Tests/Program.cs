using Skep.V8;
using Skep.V8.Tests;
using Xunit.MicrosoftTestingPlatform;

// The tests need V8, which only node's process has: from the second line on this is that process.
Engine.Enter(args);
Engine.Initialize(TestOps.Table());
return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
