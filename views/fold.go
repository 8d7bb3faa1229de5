package views

import (
	"html/template"
	"text/template/parse"
)

// foldable are the functions whose results depend on nothing but their arguments, once a
// set has its language.
var foldable = map[string]bool{"t": true, "icon": true}

// fold turns calls that always come to the same into the text that they come to. A list has
// such calls in each of its rows, and a call costs many times what a text does. The text is
// written as HTML: these calls stand between tags and in quoted attributes that hold texts,
// never in addresses, scripts or styles.
func fold(fm template.FuncMap, node parse.Node) {
	if list, ok := node.(*parse.ListNode); ok && list != nil {
		for i, child := range list.Nodes {
			if text, ok := constant(fm, child); ok {
				list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: child.Position(), Text: []byte(text)}
			}
		}
	}
	for _, child := range inner(node) {
		fold(fm, child)
	}
}

// constant is the HTML of a call of a foldable function with nothing but literal texts.
func constant(fm template.FuncMap, node parse.Node) (string, bool) {
	action, ok := node.(*parse.ActionNode)
	if !ok || len(action.Pipe.Decl) > 0 || len(action.Pipe.Cmds) != 1 {
		return "", false
	}
	args := action.Pipe.Cmds[0].Args
	name, ok := args[0].(*parse.IdentifierNode)
	if !ok || !foldable[name.Ident] || len(args) != 2 {
		return "", false
	}
	literal, ok := args[1].(*parse.StringNode)
	if !ok {
		return "", false
	}
	switch f := fm[name.Ident].(type) {
	case func(string) template.HTML:
		return string(f(literal.Text)), true
	case func(string, ...any) string:
		return template.HTMLEscapeString(f(literal.Text)), true
	}
	return "", false
}
