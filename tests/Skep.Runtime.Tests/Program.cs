using Skep.Runtime.Tests;
using Skep.V8;
using Xunit.MicrosoftTestingPlatform;

// The tests need V8, which only node's process has: from the second line on this is that process.
Engine.Enter(args);
return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
