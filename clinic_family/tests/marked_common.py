"""What was refused on a form, as it is marked where it was typed."""


class Marks:
    """For a case that reads the form that was refused."""

    def get_marked(self, page):
        return [field.get("id") for field in page.xpath("//*[@aria-invalid='true']")]

    def assertMarked(self, page, *ids):
        """These fields are marked and no others; one goes on at the first, with the words there."""
        self.assertEqual(self.get_marked(page), [*ids])
        self.assertEqual([field.get("id") for field in page.find_class("is-invalid")], [*ids])
        self.assertEqual([one.get("id") for one in page.xpath("//*[@autofocus]")], [ids[0]])
        [words] = page.find_class("invalid-feedback")
        [alert] = page.xpath("//main//*[@role='alert']")
        self.assertEqual(words.text_content().strip(), alert.text_content().strip())
        self.assertStandsBelow(words, page.get_element_by_id(ids[0]))
        for marked in ids:
            described = page.get_element_by_id(marked).get("aria-describedby").split()
            self.assertEqual(described[0], words.get("id"))
            for named in described:
                self.assertEqual(len(page.xpath(f"//*[@id='{named}']")), 1)

    def assertStandsBelow(self, words, field):
        """The words stand below the field and all that stands in a line with it, and are seen."""
        around = field.getparent()
        if "input-group" in around.classes:
            self.assertIs(around.getnext(), words)
            self.assertIn("d-block", words.classes)
        elif "form-check" in around.classes:
            self.assertIs(around[-1], words)
        else:
            self.assertIs(field.getnext(), words)
