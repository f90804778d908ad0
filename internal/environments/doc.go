// Package environments reads environments.yaml, the file that says what
// differs between the environments of a deployment, into plain Go values.
//
// [Load] is strict: it accepts nothing that it does not understand, and
// reports every problem of the file at once, each with its line, its field,
// the value found and what is allowed. What a field may hold is written once,
// in environments.schema.json; editors complete and check the file against the
// same schema.
//
// The package checks the shape of the file only. Whether a role ARN is one, or
// whether a role is listed twice under different hats, is for the construct
// that the values are given to. [File.Position] turns the field that the
// construct complains about back into a line of the file.
package environments
