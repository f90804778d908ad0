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
// first call that needs a provider, the kernel reads the type description of
// the whole provider and loads every module of it. For AWS these are 120 MB of
// JSON, of which jsii keeps an index since 1.139, and some 2,000 modules, of which
// an app uses a handful. With this package, the kernel reads the description of a
// type when the type is first used, and loads a module when the first of its
// classes is. It also hashes the package of a provider in larger pieces, loads two
// libraries of CDKTF (archiver and semver) only where they are used, and leaves out a
// message that the kernel would compose and never show: for every value that passes
// through it, since 1.139 for every type. And it spares the process that only forwards
// what the app and the kernel say to each other: the kernel runs in its place.
//
// # How it works
//
// At start, before the kernel can run, the package writes a script for Node and a
// starter for Node into a folder of the user's cache, and sets JSII_NODE in the
// environment of this process, by which jsii knows which Node to run, to the
// starter. That runs the Node that would have run, in which the script recognises
// the process that hosts the kernel and changes it in memory: a few calls, known by
// what is called there, since the kernel is minified. For a prebuilt provider they
// are answered from an index, the offsets of all types in the provider's own file,
// and Node is given the provider's own lib/lazy-index.js where it would load
// lib/index.js. The index is built when a version of a provider is first used, in
// less time than the usual load takes, and kept beside the script.
//
// jsii starts two Node processes, of which the second hosts the kernel. Where the first
// one comes to start the second, in exactly the way that is known, the kernel is loaded
// there instead, reads and writes the pipes to the app itself, and has standard streams
// that say what is to be shown in the form that jsii's app expects. One thing can be seen
// of that: what a program that the kernel starts writes to a standard output or error
// that it inherited reaches the app's standard error as it is, and not through the kernel.
//
// What the app starts beside the kernel sees nothing of that: NODE_OPTIONS stays
// the user's, and only jsii asks for JSII_NODE. An app that this app starts gets
// the user's Node, unless it imports the package itself. An app that sets JSII_NODE
// in its own main function takes the starter out.
//
// # When it steps back
//
// Whatever the package does not recognise loads as it always did: a kernel
// in whose source the calls are not found exactly once, a first process that starts or
// speaks to the second in another way, a kernel that is debugged (JSII_DEBUG), a package without a lazy
// index or with one that exports anything else than the eager one, an assembly
// that is compressed or uses optional features of jsii. The same holds where
// JSII_RUNTIME names a kernel of the user's own, and where the package has no folder
// that it can write to, run from and trust. An index that is damaged is
// built anew, and one that turns out to be wrong about a type is thrown away:
// the kernel then reads the whole description, as it would have.
//
// The kernels of jsii 1.112 to 1.142 are known, and tested on Node 20, 22 and 24.
// .ci/newest-jsii tries the newest one, every week.
//
// All of this is silent. The environment variable KMSTIER_LAZYLOAD makes it
// speak, or stops it:
//
//	KMSTIER_LAZYLOAD=debug   says on standard error what is done, or why not
//	KMSTIER_LAZYLOAD=off     does nothing
//
// It works on Linux, macOS and the BSDs. On Windows it does nothing, since it
// could not tell there whether someone else may have written the script, and says
// so where KMSTIER_LAZYLOAD is debug.
//
// Where Node.js is not maintained any more, jsii greets everyone with a banner of
// twelve lines. In its place this package says one line, on terminals only.
//
// # What it never does
//
// It never changes or copies a file of the kernel or of a provider. It never
// runs a script that anyone but this user and root could have written: the script
// and the starter are written anew each time an app starts, into a folder which,
// like every folder above it, belongs to this user or root and cannot be written to
// by a group or by others, save that what is above may be sticky, as /tmp is. On
// Linux this holds for access control lists as well: what they allow anybody shows
// in the permissions of the group. The lists of macOS, FreeBSD and file servers need
// not show there, and are not read. Whoever such a list lets write to the user's
// cache is not kept out by this package, and need not wait for it: the same cache
// has the packages that jsii unpacks there and runs.
//
// It starts no process and uses no network.
package lazyload
