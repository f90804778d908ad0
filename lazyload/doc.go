// Package lazyload makes a Go app for CDK for Terraform start in a fraction of
// the time and memory that its provider bindings usually cost. Import it for
// its effect, in package main:
//
//	import _ "github.com/neurocipher-io/kmstier/lazyload"
//
// Nothing else changes: not the app, not the way it is started, and not a byte
// of what it synthesizes.
//
// # What it saves
//
// The Go bindings of CDKTF talk to a Node process, the jsii kernel. At the
// first call that needs a provider, the kernel parses the type description of
// the whole provider and loads every module of it. For AWS these are 120 MB of
// JSON and some 2,000 modules, of which an app uses a handful. With this
// package, the kernel reads the description of a type when the type is first
// used, and loads a module when the first of its classes is. It also leaves out
// a message that the kernel would compose for every value that passes through it
// and never show.
//
// # How it works
//
// At start, before the kernel can run, the package writes a few small scripts
// for Node into a folder of the user's cache and prepends an option that loads
// them to NODE_OPTIONS, in the environment of this process only. An app that
// has NODE_OPTIONS set keeps all of it. The scripts recognise the process that
// hosts the kernel and change it in memory, above all the one call that reads
// type descriptions. For a prebuilt provider it is answered from an index, the
// offsets of all types in the provider's own file, and Node is given the
// provider's own lib/lazy-index.js where it would load lib/index.js. The index
// is built when a version of a provider is first used, in less time than the
// usual load takes, and kept beside the scripts.
//
// # When it steps back
//
// Whatever the package does not recognise loads as it always did: a kernel
// whose source does not have the one call it knows, a package without a lazy
// index or with one that exports anything else than the eager one, an assembly
// that is compressed or uses optional features of jsii. The same holds where it
// has no folder that it can write to and trust. An index that is damaged is
// built anew, and one that turns out to be wrong about a type is thrown away:
// the kernel then reads the whole description, as it would have.
//
// All of this is silent. The environment variable KMSTIER_LAZYLOAD makes it
// speak, or stops it:
//
//	KMSTIER_LAZYLOAD=debug   says on standard error what is done, or why not
//	KMSTIER_LAZYLOAD=off     does nothing
//
// It works on Linux, macOS and the BSDs. On Windows it does nothing, since it
// could not tell there whether someone else may have written the scripts.
//
// # What it never does
//
// It never changes or copies a file of the kernel or of a provider. It never
// runs a script that anyone but this user and root could have written: every
// folder above the scripts is checked for that, and their text is compared with
// the one in this package each time an app starts. It starts no process and
// uses no network.
package lazyload
