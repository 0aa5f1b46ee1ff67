// Package flowbench is the bench at which an author works on flows: it reads them
// as they lie in files, checks them and says where a fault is, plays them without
// a server, and draws them.
//
// It is pure, as package flow is: a caller hands in what a file holds and takes
// out texts and pictures. What it plays goes through flow.Step, so that a flow
// does here what it does on a contact.
package flowbench
