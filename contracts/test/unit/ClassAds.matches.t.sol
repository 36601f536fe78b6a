// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClassAds} from "../../src/interfaces/IClassAds.sol";
import {Ads} from "../lib/Ads.sol";
import {Test, vm} from "../lib/Test.sol";

contract ClassAdsMatchesTest is Test {
    bytes private constant TRUE = hex"03";
    bytes private constant FALSE = hex"02";

    IClassAds private ads = IClassAds(vm.deployCode("ClassAds.sol:ClassAds", ""));

    function _refuses(bytes4 rule, uint8 side, uint256 value, bytes memory left, bytes memory right) private {
        vm.expectRevert(abi.encodeWithSelector(rule, side, value));
        ads.matches(left, right);
    }

    function test_AnAdWithoutAProgramAsksForNothing() public view {
        bytes memory plain = Ads.ad(Ads.many(2), "");
        vm.assertTrue(ads.matches("", ""));
        vm.assertTrue(ads.matches(plain, ""));
        vm.assertTrue(ads.matches("", plain));
        vm.assertTrue(ads.matches(plain, plain));
    }

    function test_BothSidesMustHold() public view {
        (bytes memory yes, bytes memory no) = (Ads.ad("", TRUE), Ads.ad("", FALSE));
        vm.assertTrue(ads.matches(yes, yes));
        vm.assertFalse(ads.matches(yes, no));
        vm.assertFalse(ads.matches(no, yes));
        vm.assertFalse(ads.matches(no, no));
    }

    function test_OnlyTrueAndNumbersOtherThanZeroHold() public view {
        vm.assertTrue(ads.matches(Ads.ad("", Ads.integer(-1)), ""));
        bytes[5] memory others = [bytes(hex"00"), hex"01", hex"02", Ads.integer(0), Ads.text("true")];
        for (uint256 i; i < 5; ++i) {
            vm.assertFalse(ads.matches(Ads.ad("", others[i]), ""));
            vm.assertFalse(ads.matches("", Ads.ad("", others[i])));
        }
    }

    function test_MyIsTheOwnAdAndTargetTheOther() public view {
        // MY.need <= TARGET.memory, and MY.memory >= TARGET.need
        bytes memory asks = bytes.concat(Ads.my("need"), Ads.target("memory"), hex"28");
        bytes memory offers = bytes.concat(Ads.my("memory"), Ads.target("need"), hex"2a");
        bytes memory request = Ads.ad(Ads.entry("need", 3, 8), asks);
        vm.assertTrue(ads.matches(request, Ads.ad(Ads.entry("memory", 3, 8), offers)));
        vm.assertFalse(ads.matches(request, Ads.ad(Ads.entry("memory", 3, 7), offers)));
        vm.assertFalse(ads.matches(request, Ads.ad(Ads.entry("disk", 3, 8), "")));
        vm.assertFalse(ads.matches(Ads.ad(Ads.entry("memory", 3, 7), offers), request));
    }

    function test_RevertWhen_AnAdEndsBeforeItsAttributes() public {
        bytes memory whole = Ads.ad(Ads.many(2), "");
        for (uint256 length = 1; length < whole.length; ++length) {
            bytes memory part = new bytes(length);
            for (uint256 i; i < length; ++i) {
                part[i] = whole[i];
            }
            _refuses(IClassAds.AdTruncated.selector, 0, length, part, "");
            _refuses(IClassAds.AdTruncated.selector, 1, length, "", part);
        }
    }

    function test_RevertWhen_TheVersionIsUnknown() public {
        _refuses(IClassAds.AdVersionUnknown.selector, 0, 0, hex"0000", "");
        _refuses(IClassAds.AdVersionUnknown.selector, 1, 2, "", hex"0200");
    }

    function test_RevertWhen_ThereAreTooManyAttributes() public {
        vm.assertTrue(ads.matches(Ads.ad(Ads.many(32), ""), ""));
        _refuses(IClassAds.TooManyAttributes.selector, 0, 33, Ads.ad(Ads.many(33), ""), "");
    }

    function test_RevertWhen_NamesDoNotAscend() public {
        bytes memory a = Ads.entry("a", 3, 1);
        bytes memory b = Ads.entry("b", 3, 1);
        vm.assertTrue(ads.matches(Ads.ad(bytes.concat(a, b), ""), ""));
        _refuses(IClassAds.AttributesNotAscending.selector, 0, 66, Ads.ad(bytes.concat(b, a), ""), "");
        _refuses(IClassAds.AttributesNotAscending.selector, 1, 66, "", Ads.ad(bytes.concat(a, a), ""));
        _refuses(IClassAds.AttributesNotAscending.selector, 0, 2, Ads.ad(Ads.entry(0, 3, 1), ""), "");
    }

    function test_RevertWhen_AnAttributeIsNoValue() public {
        uint256[5] memory most = [uint256(0), 0, 1, type(uint256).max, type(uint256).max];
        for (uint8 kind; kind < 5; ++kind) {
            vm.assertTrue(ads.matches(Ads.ad(Ads.entry("a", kind, most[kind]), ""), ""));
            if (kind > 2) continue;
            bytes memory bad = Ads.ad(Ads.entry("a", kind, most[kind] + 1), "");
            _refuses(IClassAds.BadAttribute.selector, 0, 2, bad, "");
        }
        _refuses(IClassAds.BadAttribute.selector, 1, 2, "", Ads.ad(Ads.entry("a", 5, 0), ""));
    }

    function test_RevertWhen_AProgramIsBadWhateverTheOtherSays() public {
        bytes memory bad = Ads.ad(Ads.many(1), hex"08");
        _refuses(IClassAds.BadInstruction.selector, 0, 66, bad, Ads.ad("", FALSE));
        _refuses(IClassAds.BadInstruction.selector, 1, 66, Ads.ad("", FALSE), bad);
    }

    function test_RevertWhen_BothAreBad_TellsOfTheLeftOne() public {
        _refuses(IClassAds.AdVersionUnknown.selector, 0, 3, hex"0300", hex"0200");
        // A bad table is told before a bad program.
        _refuses(IClassAds.AdVersionUnknown.selector, 1, 2, Ads.ad("", hex"08"), hex"0200");
    }
}
